/**
 * How the runtime enters a container: the command line of a stock Node, and the bytes that follow on its stdin. No
 * image is built and no path of the host mounted, so a remote daemon serves as well as a local one.
 */

/**
 * Reads a length and that many bytes, evaluates them in a realm of its own, and hands over `require` and `process`,
 * which only the main script has. Whoever runs next must resume stdin: it was paused by hand.
 */
const BOOTSTRAP = [
  'let b=Buffer.alloc(0)',
  'const i=process.stdin',
  'const f=d=>{',
  'b=Buffer.concat([b,d]);if(b.length<4)return;const n=b.readUInt32BE(0);if(b.length<4+n)return;',
  "i.off('data',f);i.pause();const r=b.subarray(4+n);if(r.length)i.unshift(r);",
  "const t=b.toString('utf8',4,4+n);b=null;",
  "require('vm').runInNewContext(t,{},{filename:'guest.js'})(require,process)}",
  ";i.on('data',f)",
].join('\n');

/** The command line of `node`, visible to everybody in the container: nothing secret may stand in it. */
export function nodeArguments(heapMb: number): readonly string[] {
  // Node warns of what a program's `import()` needs here, and that is nothing to the program.
  return [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning', '-e', BOOTSTRAP];
}

/** The runtime's text as the bytes that the bootstrap waits for. */
export function runtimeBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
