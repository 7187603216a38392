/** Reads a Dockerfile as its stages, for the tests that hold its structure. Knows the syntax that ours uses, no more. */

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface ParsedDockerfile {
  /** ARG instructions before the first FROM. */
  readonly args: readonly string[];
  readonly stages: readonly Stage[];
}

export function parseDockerfile(source: string): ParsedDockerfile {
  const args: string[] = [];
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const { name, text } of instructionsOf(source)) {
    const stage = stages.at(-1);
    if (name === 'FROM') {
      const [, from, as] = /^(\S+)(?: AS (\S+))?$/i.exec(text) ?? [];
      if (from === undefined) throw new Error(`FROM ${text} is not understood.`);
      stages.push({ name: as ?? String(stages.length), from, instructions: [] });
    } else if (stage !== undefined) stage.instructions.push({ name, text });
    else if (name === 'ARG') args.push(text);
    else throw new Error(`${name} stands before the first FROM.`);
  }
  return { args, stages };
}

function instructionsOf(source: string): Instruction[] {
  const lines = source.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  return joined.split('\n').map((line) => {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || text === undefined) throw new Error(`This line is no instruction: ${line}`);
    return { name, text };
  });
}
