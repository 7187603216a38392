/**
 * `${VAR}`, `${env:VAR}` and `${VAR:-default}` in the strings of a configured upstream. One pass: what a variable
 * holds is never expanded again, so its content cannot ask for another variable. `$${` stands for a literal `${`.
 */

export interface Expansion {
  readonly text: string;
  /** Predicates, to be put after the place of the string: `needs the environment variable …`. */
  readonly mistakes: readonly string[];
}

const REFERENCE = /\$\$\{|\$\{([^}]*)\}|\$\{/g;
const NAMED = /^(?:env:)?([A-Za-z_][\w()]*)(?::-(.*))?$/s;

/** Environment variables by name. Only own properties count, so `${__proto__}` is a variable like any other. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable's value, or undefined where it is not set. */
export function readVariable(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/** The text with every reference replaced; a reference that cannot be is left out and told in `mistakes`. */
export function expandVariables(text: string, env: Environment): Expansion {
  const mistakes: string[] = [];
  const expanded = text.replaceAll(REFERENCE, (reference: string, body: string | undefined) => {
    if (reference === '$${') return '${';
    const found = NAMED.exec(body ?? '');
    const name = found?.[1];
    if (body === undefined || name === undefined) {
      mistakes.push(describeOdd(body));
      return '';
    }
    const value = readVariable(env, name);
    const fallback = found?.[2];
    // As in a shell, `:-` also replaces an empty value.
    if (fallback !== undefined && (value === undefined || value === '')) return fallback;
    if (value === undefined) mistakes.push(describeUnset(name));
    return value ?? '';
  });
  return { text: expanded, mistakes };
}

function describeUnset(name: string): string {
  return `needs the environment variable ${name}, which is not set; set it, or give a default as in \${${name}:-default}.`;
}

function describeOdd(body: string | undefined): string {
  const literal = `write "$\${" for a literal "\${".`;
  if (body === undefined) return `has a "\${" without "}"; ${literal}`;
  if (body.startsWith('input:')) {
    return `asks for a VS Code input (\${input:…}), which Codeloom cannot prompt for; use an environment variable, as in \${VAR}.`;
  }
  return `has a reference that is none of \${VAR}, \${env:VAR} and \${VAR:-default}; ${literal}`;
}
