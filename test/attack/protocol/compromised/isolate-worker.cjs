// Stands where the built worker stands, and has been taken over: it does what the run's `args.attack` says, as code with
// `w` in scope. The host starts it with the same command line, so what the walls around a worker deny is denied here too.
const { Socket } = require('node:net');
const { writeSync } = require('node:fs');

const u32 = (value) => Buffer.from(new Uint32Array([value]).buffer).swap32();
const body = (parts) => {
  const texts = parts.map((part) => Buffer.from(part));
  return Buffer.concat([Buffer.from([texts.length]), ...texts.flatMap((text) => [u32(text.length), text])]);
};
const frame = (...parts) => Buffer.concat([u32(body(parts).length), body(parts)]);
const raw = (bytes) => {
  for (let at = 0; at < bytes.length; ) at += writeSync(4, bytes, at);
};
const say = (header, ...payloads) =>
  raw(frame(typeof header === 'string' ? header : JSON.stringify(header), ...payloads));

const input = new Socket({ fd: 3, readable: true, writable: false });
let received = Buffer.alloc(0);
let onReply = () => {};
input.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
    const length = received.readUInt32BE(0);
    take(received.subarray(4, 4 + length));
    received = received.subarray(4 + length);
  }
});
input.on('close', () => process.exit(0));

function take(bytes) {
  const texts = [];
  for (let at = 1; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    texts.push(bytes.toString('utf8', at + 4, at + 4 + size));
    at += 4 + size;
  }
  const [header, ...payloads] = texts;
  const message = JSON.parse(header);
  if (message.kind === 'reply') onReply({ ...message, value: JSON.parse(payloads[0]) });
  if (message.kind !== 'run') return;
  const { run } = message;
  const { attack } = JSON.parse(payloads[1]);
  const call = (id, args = '{}', tool = 1, server = 0) => say({ kind: 'call', run, call: id, server, tool }, args);
  const done = (value, pending = '[]') =>
    say({ kind: 'completed', run, hasResult: true }, JSON.stringify(value), pending);
  const ready = () => say({ kind: 'ready', version: 1 });
  const w = { run, u32, frame, raw, say, call, done, ready, input, require };
  Object.defineProperty(w, 'onReply', { set: (listener) => (onReply = listener) });
  new Function('w', attack)(w);
}

say({ kind: 'ready', version: 1 });
