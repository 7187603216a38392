/**
 * What can be asked about one program in the compiler: its diagnostics, and facts about types for hints. The one file
 * that touches `typescript/unstable`: method names and shapes belong to exactly the TypeScript version in package.json,
 * and the compiler's answers are trusted as far as that goes. Made by compiler-process.ts.
 */
import type { Diagnostic } from 'typescript/unstable/async';
import type {
  SignatureResponse,
  SymbolResponse,
  TypeResponse,
  UpdateSnapshotResponse,
} from 'typescript/unstable/proto';
import type { Rpc } from './json-rpc.ts';
import { CONFIG_FILE, DECLARATIONS_FILE, JAVASCRIPT_FILE, PROGRAM_FILE } from './virtual-files.ts';

export type TsDiagnostic = Diagnostic;

/** Where a type or property was declared, as far as that matters to hints. */
export type Origin = 'program' | 'declarations' | 'elsewhere';

/** What the compiler calls one state of its files. */
export interface SnapshotId {
  readonly id: number;
  readonly project: string;
}

export interface TypeFacts {
  readonly id: number;
  readonly origin: Origin;
}

export interface PropertyFacts {
  readonly name: string;
  readonly isOptional: boolean;
  readonly symbolId: number;
}

export interface Snapshot {
  diagnostics(kind: 'syntactic' | 'semantic'): Promise<readonly TsDiagnostic[]>;
  /** Whether the text has no syntax that only TypeScript has. Facts that were asked before are void afterwards. */
  isJavaScript(text: string): Promise<boolean>;
  /** The type of the innermost node at an offset; undefined where that is `any` or nothing. */
  typeAt(offset: number): Promise<TypeFacts | undefined>;
  /** Where the property or variable that is named at an offset was declared. */
  originAt(offset: number): Promise<Origin>;
  typeOfGlobal(name: string): Promise<TypeFacts | undefined>;
  properties(type: TypeFacts): Promise<readonly PropertyFacts[]>;
  /** The type of the first parameter of the first call signature. */
  parameter(type: TypeFacts): Promise<TypeFacts | undefined>;
  show(type: TypeFacts): Promise<string>;
  typeOf(property: PropertyFacts): Promise<TypeFacts | undefined>;
  showProperty(property: PropertyFacts): Promise<string>;
}

const DIAGNOSTICS_OF = { syntactic: 'getSyntacticDiagnostics', semantic: 'getSemanticDiagnostics' } as const;
const ANY = 1;
const OPTIONAL = 1 << 24;
const VALUE = 111_551;
const CALL_SIGNATURE = 0;

/** Opens or renews the project. `changed` are the files that are not as they were. */
export async function updateSnapshot(
  rpc: Rpc,
  changed: readonly string[] | 'everything' | undefined,
): Promise<SnapshotId> {
  const fileChanges = changed === 'everything' ? { invalidateAll: true } : { changed };
  const params = changed === undefined ? { openProjects: [CONFIG_FILE] } : { fileChanges };
  const response = (await rpc.request('updateSnapshot', params)) as UpdateSnapshotResponse;
  const project = response.projects[0]?.id;
  if (project === undefined) throw new Error('The compiler opened no project.');
  return { id: response.snapshot, project };
}

/** Sends a request about the current snapshot. The caller names the shape of the answer, which nothing checks. */
type Ask = <Answer>(method: string, params: object) => Promise<Answer>;

/** Speaks of whatever snapshot is `current`. `writeJavaScript` puts a text in the JavaScript file and renews. */
export function createSnapshot(
  rpc: Rpc,
  current: () => SnapshotId,
  writeJavaScript: (text: string) => Promise<void>,
): Snapshot {
  const ask: Ask = <Answer>(method: string, params: object) => {
    const { id, project } = current();
    return rpc.request(method, { snapshot: id, project, ...params }) as Promise<Answer>;
  };
  return {
    ...createTypeQuestions(ask),
    diagnostics: (kind) => ask(DIAGNOSTICS_OF[kind], { file: PROGRAM_FILE }),
    isJavaScript: async (text) => {
      await writeJavaScript(text);
      const errors = await ask<readonly TsDiagnostic[]>(DIAGNOSTICS_OF.syntactic, { file: JAVASCRIPT_FILE });
      return errors.length === 0;
    },
  };
}

function createTypeQuestions(ask: Ask): Omit<Snapshot, 'diagnostics' | 'isJavaScript'> {
  const typeOfSymbol = (symbol: number) => ask<TypeResponse | null>('getTypeOfSymbol', { symbol });
  const show = (type: number) => ask<string>('typeToString', { type });
  return {
    typeAt: async (offset) => toFacts(ask, await ask('getTypeAtPosition', { file: PROGRAM_FILE, position: offset })),
    originAt: async (offset) => {
      const params = { file: PROGRAM_FILE, position: offset };
      return originOf((await ask<SymbolResponse | null>('getSymbolAtPosition', params))?.declarations);
    },
    typeOfGlobal: async (name) => {
      const symbol = await ask<SymbolResponse | null>('resolveName', { name, meaning: VALUE });
      return symbol === null ? undefined : toFacts(ask, await typeOfSymbol(symbol.id));
    },
    properties: async (type) => {
      const symbols = await ask<readonly SymbolResponse[] | null>('getPropertiesOfType', { type: type.id });
      return (symbols ?? []).map(({ name, flags, id }) => ({
        name,
        isOptional: (flags & OPTIONAL) !== 0,
        symbolId: id,
      }));
    },
    parameter: async (type) => {
      const params = { type: type.id, kind: CALL_SIGNATURE };
      const [signature] = await ask<readonly SignatureResponse[]>('getSignaturesOfType', params);
      if (signature?.parameters?.[0] === undefined) return undefined;
      return toFacts(ask, await ask('getParameterType', { signature: signature.id, index: 0 }));
    },
    show: (type) => show(type.id),
    typeOf: async (property) => toFacts(ask, await typeOfSymbol(property.symbolId)),
    showProperty: async (property) => {
      const type = await typeOfSymbol(property.symbolId);
      return type === null ? 'any' : show(type.id);
    },
  };
}

async function toFacts(ask: Ask, type: TypeResponse | null): Promise<TypeFacts | undefined> {
  if (type === null || (type.flags & ANY) !== 0) return undefined;
  if (type.symbol === undefined) return { id: type.id, origin: 'elsewhere' };
  const symbol = await ask<SymbolResponse | null>('getSymbolOfType', { objectId: type.id });
  return { id: type.id, origin: originOf(symbol?.declarations) };
}

/** A declaration reads `index.kind.path`. */
function originOf(declarations: readonly string[] | undefined): Origin {
  const paths = (declarations ?? []).map((declaration) => declaration.slice(declaration.indexOf('/')));
  if (paths.includes(DECLARATIONS_FILE)) return 'declarations';
  return paths.length > 0 && paths.every((path) => path === PROGRAM_FILE || path === JAVASCRIPT_FILE)
    ? 'program'
    : 'elsewhere';
}
