/**
 * Members that TypeScript gives to every object, and that `mcp` and its servers do not have at run time: they have no
 * prototype. Called by typecheck.ts. A tool that is really called so is none of these.
 */
import { calleeAt } from '../typescript/review/callee.ts';
import type { Snapshot, TsDiagnostic } from '../typescript/snapshot.ts';

const MEMBER =
  /(?:\.\s*|\[\s*["'])(constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf)(?![\p{ID_Continue}$])/gu;
/** Each costs a question to the compiler, and no program has many by accident. */
const READ_MEMBERS = 50;
const UNKNOWN_PROPERTY = 2339;
const SHOWN_CHARS = 150;

/** What the compiler would have said, had it known that there is no prototype. */
export async function findObjectMembers(text: string, snapshot: Snapshot): Promise<readonly TsDiagnostic[]> {
  const members = [...text.matchAll(MEMBER)].slice(0, READ_MEMBERS);
  if (members.length === 0) return [];
  const bare = await typesWithoutPrototype(snapshot);
  const read = members.map(async (member) => {
    const [whole, name = ''] = member;
    const receiverEnd = text.slice(0, member.index).replace(/\?\.?\s*$/, '').length;
    const receiver = (await calleeAt(receiverEnd, text, snapshot))?.type;
    if (receiver === undefined || !bare.has(receiver.id)) return undefined;
    if ((await snapshot.properties(receiver)).some((property) => property.name === name)) return undefined;
    const end = member.index + whole.length;
    const quote = whole.startsWith('[') ? 1 : 0;
    const type = (await snapshot.show(receiver)).slice(0, SHOWN_CHARS);
    const said = `Property '${name}' does not exist on type '${type}'.`;
    return { code: UNKNOWN_PROPERTY, category: 1, pos: end - name.length - quote, end: end + quote, text: said };
  });
  return (await Promise.all(read)).filter((found) => found !== undefined);
}

async function typesWithoutPrototype(snapshot: Snapshot): Promise<ReadonlySet<number>> {
  const mcp = await snapshot.typeOfGlobal('mcp');
  if (mcp === undefined) return new Set();
  const servers = await Promise.all((await snapshot.properties(mcp)).map((server) => snapshot.typeOf(server)));
  return new Set([mcp, ...servers].flatMap((type) => (type === undefined ? [] : [type.id])));
}
