/** What compilers say of programs against the declarations of a catalog: TypeScript's own, and our type-checker. */
import type { Catalog } from '../../../../src/base/tool.ts';
import { renderDeclarations } from '../../../../src/compile/declarations.ts';
import { createTypechecker } from '../../../../src/compile/typescript/typecheck.ts';
import { LIMITS, NEVER, read, SILENT } from '../fixture.ts';
import { typeErrors } from '../json-schema/type-errors.ts';

/** TypeScript's errors in a program, and in the declarations themselves, to which `args` is added. */
export function errorsOf(catalog: Catalog, text = '', args = ''): Promise<readonly string[]> {
  return typeErrors({ 'declarations.d.ts': renderDeclarations(catalog) + args, 'program.ts': `${text}\nexport {};\n` });
}

/** Lines that must compile, and lines that must not: an expectation that is not met is an error itself. */
export function program(good: readonly string[], bad: readonly string[]): string {
  return [...good, ...bad.map((line) => `// @ts-expect-error\n${line}`)].join('\n');
}

export interface Judge {
  /** Of the programs those in which our own type-checker finds nothing wrong. */
  unseen(catalog: Catalog, programs: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export function createJudge(): Judge {
  const checker = createTypechecker({ limits: LIMITS, log: SILENT });
  return {
    unseen: async (catalog, programs) => {
      const declarations = renderDeclarations(catalog);
      const found = await Promise.all(programs.map((each) => checker.check(read(each), declarations, NEVER)));
      return programs.filter((_, index) => found[index]?.length === 0);
    },
    close: () => checker.close(),
  };
}
