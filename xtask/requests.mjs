// Writes src/language/requests.txt anew: what the optimised integrations take, from the service models that come with
// botocore (Apache-2.0). Run by hand, when the integrations of src/asl/resources.rs are to be newer or more:
//
//   node xtask/requests.mjs PATH/TO/botocore/data > src/language/requests.txt
//
// A line is `service:action = Member:s …`, `!` before those that are required; `s` is a text, `n` a number, `b` a
// boolean, `[` a list, `{` an object, `?` anything. Step Functions writes members with a capital.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** What no service model has: integrations of Step Functions' own, by the Developer Guide. */
const OWN = {
  "apigateway:invoke": "!ApiEndpoint:s !Method:s Headers:{ Stage:s Path:s QueryParameters:{ RequestBody:? AllowNullValues:b AuthType:s",
  "http:invoke": "!ApiEndpoint:s !Method:s !InvocationConfig:{ Headers:{ QueryParameters:{ RequestBody:? Transform:{",
  "eks:call": "!ClusterName:s !CertificateAuthority:s !Endpoint:s !Method:s !Path:s QueryParameters:{ RequestBody:{",
  "eks:runJob": "!ClusterName:s !CertificateAuthority:s !Endpoint:s Namespace:s !Job:{ LogOptions:{",
  "elasticmapreduce:addStep": "!ClusterId:s !Step:{ ExecutionRoleArn:s",
  "elasticmapreduce:cancelStep": "!ClusterId:s !StepId:s",
  "elasticmapreduce:createCluster": "!Name:s !Instances:{ ReleaseLabel:s Applications:[ ServiceRole:s JobFlowRole:s LogUri:s Tags:[ VisibleToAllUsers:b",
  "elasticmapreduce:terminateCluster": "!ClusterId:s",
  "elasticmapreduce:setClusterTerminationProtection": "!ClusterId:s !TerminationProtected:b",
  "elasticmapreduce:modifyInstanceFleetByName": "!ClusterId:s !InstanceFleetName:s !InstanceFleet:{",
  "elasticmapreduce:modifyInstanceGroupByName": "!ClusterId:s !InstanceGroupName:s !InstanceGroup:{",
  "bedrock:invokeModel": "!ModelId:s Body:? Accept:s ContentType:s Input:{ Output:{",
};

const FOLDERS = { "emr-containers": "emr-containers", "emr-serverless": "emr-serverless", states: "stepfunctions", databrew: "databrew" };
const LETTERS = { string: "s", character: "s", timestamp: "s", blob: "s", integer: "n", long: "n", float: "n", double: "n", boolean: "b", list: "[", map: "{", structure: "{" };

const data = process.argv[2];
if (!data) throw new Error("say where botocore's data are: node xtask/requests.mjs PATH/TO/botocore/data");

const table = readFileSync(new URL("../src/asl/resources.rs", import.meta.url), "utf8");
const rows = [...table.matchAll(/\(\s*"([a-z-]+)",\s*"[s2t]*",\s*"([^"]+)",?\s*\)/g)];
for (const [, service, actions] of rows) {
  for (const action of actions.split(" ")) {
    const name = `${service}:${action}`;
    process.stdout.write(`${name} = ${OWN[name] ?? members(service, action)}\n`);
  }
}

function members(service, action) {
  const folder = join(data, FOLDERS[service] ?? service);
  const version = readdirSync(folder).sort().at(-1);
  const model = JSON.parse(gunzipSync(readFileSync(join(folder, version, "service-2.json.gz"))));
  const operation = Object.entries(model.operations).find(([name]) => name.toLowerCase() === action.toLowerCase())?.[1];
  if (!operation) throw new Error(`${service} has no ${action}`);
  const shape = model.shapes[operation.input.shape];
  const required = new Set(shape.required ?? []);
  const names = Object.keys(shape.members).filter((name) => !shape.members[name].deprecated);
  names.sort((a, b) => required.has(b) - required.has(a));
  const letter = (name) => (service === "lambda" && name === "Payload" ? "?" : LETTERS[model.shapes[shape.members[name].shape].type] ?? "?");
  return names.map((name) => `${required.has(name) ? "!" : ""}${name[0].toUpperCase()}${name.slice(1)}:${letter(name)}`).join(" ");
}
