// Writes src/services/models.txt anew: what the APIs of some services answer, from the service models that come with
// botocore (Apache-2.0). Run by hand, when the services are to be newer or more:
//
//   node xtask/models.mjs PATH/TO/botocore/data > src/services/models.txt
//
// A line is `Name = shape`, first the operations, then the shapes that they name. `{A:s,!B:n}` has members, `!` those
// that are required; `[s` is a list, `<s` a map, `@Name` another line, `"a|b"` one of these texts, `s` a text, `n` a
// number, `b` a boolean, `?` anything; `s1..10` has that length, `n1..10` that value.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The model's folder, the service as a Resource names it, and its operations where not all are wanted. */
const SERVICES = [
  ["athena", "athena", ["StartQueryExecution", "StopQueryExecution", "GetQueryExecution", "GetQueryResults"]],
  ["batch", "batch", ["SubmitJob"]],
  ["dynamodb", "dynamodb aws-sdk:dynamodb"],
  ["events", "events aws-sdk:eventbridge"],
  ["glue", "glue", ["StartJobRun"]],
  ["kms", "aws-sdk:kms"],
  ["lambda", "aws-sdk:lambda"],
  ["lambda", "lambda", ["Invoke"]],
  ["s3", "aws-sdk:s3"],
  ["secretsmanager", "aws-sdk:secretsmanager"],
  ["sns", "sns aws-sdk:sns"],
  ["sqs", "sqs aws-sdk:sqs"],
  ["stepfunctions", "states aws-sdk:sfn"],
];

const LETTERS = { string: "s", character: "s", timestamp: "s", blob: "s", integer: "n", long: "n", float: "n", double: "n", boolean: "b" };

const data = process.argv[2];
if (!data) throw new Error("say where botocore's data are: node xtask/models.mjs PATH/TO/botocore/data");

for (const [folder, names, operations] of SERVICES) {
  const version = readdirSync(join(data, folder)).sort().at(-1);
  const model = JSON.parse(gunzipSync(readFileSync(join(data, folder, version, "service-2.json.gz"))));
  process.stdout.write(section(names, model, operations ?? Object.keys(model.operations)));
}

function section(names, model, operations) {
  const lines = new Map();
  const heads = [];
  for (const name of operations) {
    const output = model.operations[name].output;
    if (output) heads.push(`${name} = ${shape(output.shape)}\n`);
  }
  return `# ${names}\n${heads.join("")}${[...lines].map(([name, text]) => `${name} = ${text}\n`).join("")}\n`;

  function shape(name) {
    const it = model.shapes[name];
    // The integration with Lambda gives the payload as JSON, whatever it is.
    if (names === "lambda" && it.type === "blob") return "?";
    switch (it.type) {
      case "structure":
        if (it.document) return "?";
        // Noted first, for a shape may hold itself.
        if (!lines.has(name)) {
          lines.set(name, "");
          const members = Object.entries(it.members ?? {}).map(([member, { shape: of }]) => {
            return `${it.required?.includes(member) ? "!" : ""}${cased(member)}:${shape(of)}`;
          });
          lines.set(name, `{${members.join(",")}}`);
        }
        return `@${name}`;
      case "list":
        return `[${shape(it.member.shape)}`;
      case "map":
        return `<${shape(it.value.shape)}`;
      default:
        if (it.enum) {
          lines.set(name, `"${it.enum.join("|")}"`);
          return `@${name}`;
        }
        return (LETTERS[it.type] ?? "?") + (it.min === undefined && it.max === undefined ? "" : `${it.min ?? ""}..${it.max ?? ""}`);
    }
  }
}

/** A member's name as Step Functions has it, that of the AWS SDK for Java: `SSEKMSKeyId` is `SsekmsKeyId`. */
function cased(name) {
  const words = name.replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2").replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(/[ _-]/);
  return words.map((word) => word[0].toUpperCase() + word.slice(1).toLowerCase()).join("");
}
