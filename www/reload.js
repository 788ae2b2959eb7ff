// Reloads the page when `trunk serve` has built it anew. Part of debug builds only.

const address = new URL(".well-known/trunk/ws", document.baseURI);
address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
const socket = new WebSocket(address);

socket.addEventListener("message", ({ data }) => {
  const { type, data: detail } = JSON.parse(data);
  if (type === "reload") location.reload();
  if (type === "buildFailure") console.warn("the build failed:", detail?.reason);
});
