/**
 * What a socket of Bun costs with nothing behind it. `DOES` is "echo" (sends back what it hears) or "publish" (hands
 * what anybody sends to everybody). Prints the port it listens on.
 */
const publishes = process.env.DOES === "publish";

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response(null, { status: 400 })),
  websocket: {
    perMessageDeflate: false,
    open: (socket) => {
      if (publishes) socket.subscribe("all");
    },
    message: (socket, frame) => {
      if (publishes) server.publish("all", frame);
      else socket.send(frame);
    },
  },
});

console.log(`listening on ${server.port}`);
