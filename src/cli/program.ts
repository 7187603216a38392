/**
 * The command line: which commands there are and what they take. Called by bin.ts. What a command alone needs is
 * imported when it runs, so that --help and --version answer at once.
 */
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { Fault } from '../base/fault.ts';
import { nearestHint } from '../base/nearest.ts';
import type { RunOptions } from './commands/run.ts';
import type { VerifyAuditOptions } from './commands/verify-audit.ts';
import type { CliHost } from './session.ts';
import { gather, givenFlags, settingOptions } from './setting-options.ts';

const USAGE_EXIT = 2;

const FOOTER = `
Every option of Codeloom itself may also be an environment variable (--log-level is CODELOOM_LOG_LEVEL) or a key of
"codeloom" in the config file ("logLevel"). A flag goes before a variable, a variable before the file.`;

const SHORT_FOOTER = 'It takes the options of Codeloom itself too, such as --config: codeloom --help has them.';

/** Runs the command that `args` name. Resolves with the exit code; rejects with nothing. */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  let exitCode = 0;
  const program = createProgram(host, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return reportUsage(thrown, host);
    const { reportThrown } = await import('./session.ts');
    return reportThrown(thrown, host.terminal);
  }
}

function createProgram(host: CliHost, exit: (code: number) => void): Command {
  const { terminal } = host;
  const program = new Command('codeloom')
    .description('Type-checks programs of agents against the tools of MCP servers, and runs them behind a wall.')
    .version(manifest.version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // Mistakes are told by reportUsage, in the one form that all mistakes have.
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
      outputError: () => {},
    })
    .addHelpText('after', FOOTER);
  for (const option of settingOptions()) program.addOption(option);
  addServe(program, host, exit);
  addRun(program, host, exit);
  addShows(program, host, exit);
  addRegistry(program, host, exit);
  addAudit(program, host, exit);
  addDoctor(program, host, exit);
  for (const command of program.commands) if (command.name() !== 'serve') keepHelpShort(command);
  return program;
}

type Exit = (code: number) => void;

/** The options of a server are many; beside those of another command nobody would find its own. */
function keepHelpShort(command: Command): void {
  command.configureHelp({ showGlobalOptions: false });
  for (const inner of command.commands) keepHelpShort(inner);
  if (command.commands.length === 0) command.addHelpText('after', `\n${SHORT_FOOTER}`);
}

function addServe(program: Command, host: CliHost, exit: Exit): void {
  const serve = program.command('serve', { isDefault: true });
  serve
    .description('serve MCP over stdio or HTTP (the default command)')
    // A word that is no command lands here, because this is the default command.
    .allowExcessArguments()
    .action(async () => {
      const [word] = serve.args;
      if (word !== undefined) throw oddWord(word, program);
      const [{ loadFor, withCodeloom }, { serveCommand }] = await Promise.all([
        import('./session.ts'),
        import('./commands/serve.ts'),
      ]);
      const loaded = await loadFor('serve', givenFlags(program), host);
      exit(await withCodeloom(loaded, host, (codeloom) => serveCommand(codeloom, loaded, host.signal)));
    });
}

function addRun(program: Command, host: CliHost, exit: Exit): void {
  program
    .command('run')
    .description('run one program and print its outcome: exit code 0 if it completed, 1 if not')
    .argument('<FILE>', 'program in TypeScript or JavaScript; - reads stdin')
    .option('--servers <NAMES>', 'servers it may call, separated by commas (default: those that it names)')
    .option('--args <JSON>', 'what the program sees as args')
    .option('--timeout-ms <MS>', 'wall time it may take, in place of the limit wallMs')
    .option('--dependency <NAME@RANGE>', 'npm package that it may import; may be repeated', gather)
    .option('--image <IMAGE>', 'image to run it in, of those in --docker-images')
    .option('--no-typecheck', 'run it even if its types are wrong')
    .option('--out <DIR>', 'folder for the files that it leaves in /workspace/out; nothing there is overwritten')
    .option('--json', 'print the whole outcome as JSON')
    .action(async (file: string, options: RunOptions) => {
      const [{ loadFor, withCodeloom }, { parseRunRequest, runCommand }] = await Promise.all([
        import('./session.ts'),
        import('./commands/run.ts'),
      ]);
      // Whoever names a package on his own command line wants it installed, unless he said that none is.
      const defaults = options.dependency === undefined ? {} : ({ dependencies: 'on' } as const);
      const loaded = await loadFor('other', givenFlags(program), host, defaults);
      const request = await parseRunRequest(file, options, host.terminal);
      const { out } = options;
      const run = { request, isJson: options.json === true, ...(out === undefined ? {} : { out }) };
      exit(await withCodeloom(loaded, host, (codeloom) => runCommand(codeloom, run, host.terminal, host.signal)));
    });
}

function addShows(program: Command, host: CliHost, exit: Exit): void {
  program
    .command('types')
    .description('print the declarations that programs are checked against')
    .argument('[SERVER...]', 'servers (default: all)')
    .option('--detail <names|summary|full>', 'how much of each tool', 'full')
    .action(async (servers: readonly string[], options: { readonly detail: string }) => {
      const [{ loadFor, withCodeloom }, { parseDetail, showTypes }] = await Promise.all([
        import('./session.ts'),
        import('./commands/show/show-types.ts'),
      ]);
      const choice = { servers, detail: parseDetail(options.detail) };
      const loaded = await loadFor('other', givenFlags(program), host);
      exit(await withCodeloom(loaded, host, (codeloom) => showTypes(codeloom, choice, host.terminal, host.signal)));
    });
  program
    .command('tools')
    .description('list servers and their tools, what was dropped, and what cannot be reached')
    .argument('[SERVER]', 'server (default: all)')
    .action(async (server: string | undefined) => {
      const [{ loadFor, withCodeloom }, { showTools }] = await Promise.all([
        import('./session.ts'),
        import('./commands/show/show-tools.ts'),
      ]);
      const loaded = await loadFor('other', givenFlags(program), host);
      exit(await withCodeloom(loaded, host, (codeloom) => showTools(codeloom, server, host.terminal, host.signal)));
    });
}

function addRegistry(program: Command, host: CliHost, exit: Exit): void {
  const registry = program.command('registry').description('carry dynamic tools from one registry to another');
  const transfer = (name: 'export' | 'import', description: string, where: string) =>
    registry
      .command(name)
      .description(description)
      .argument('[FILE]', where)
      .action(async (file: string | undefined) => {
        const [{ loadFor, withCodeloom }, { exportRegistry, importRegistry }] = await Promise.all([
          import('./session.ts'),
          import('./commands/transfer-registry.ts'),
        ]);
        const loaded = await loadFor('other', givenFlags(program), host);
        const work = name === 'export' ? exportRegistry : importRegistry;
        exit(await withCodeloom(loaded, host, (codeloom) => work(codeloom, file, host.terminal, host.signal)));
      });
  transfer('export', 'write every revision of every dynamic tool as lines of JSON', 'file to write (default: stdout)');
  transfer('import', 'add the revisions of an export that are missing here', 'file to read (default: stdin)');
}

function addAudit(program: Command, host: CliHost, exit: Exit): void {
  program
    .command('audit')
    .description('look at the audit trail')
    .command('verify')
    .description('say whether the audit trail is as it was written: exit code 0 if it is, 1 if not')
    .argument('[PATH]', 'its folder, or one file of it (default: the folder that the settings name)')
    .option('--has <HASH>', 'hash of a record that was noted earlier: one that is gone fails; may be repeated', gather)
    .action(async (path: string | undefined, options: VerifyAuditOptions) => {
      const [{ loadFor }, { verifyAuditCommand }] = await Promise.all([
        import('./session.ts'),
        import('./commands/verify-audit.ts'),
      ]);
      exit(await verifyAuditCommand(path, options, await loadFor('other', givenFlags(program), host), host));
    });
}

function addDoctor(program: Command, host: CliHost, exit: Exit): void {
  program
    .command('doctor')
    .description('say what works on this machine, and what to do about what does not')
    .action(async () => {
      const [{ loadFor }, { doctorCommand }] = await Promise.all([
        import('./session.ts'),
        import('./commands/doctor.ts'),
      ]);
      const load = () => loadFor('other', givenFlags(program), host);
      const build = (settings: Parameters<CliHost['build']>[0]) => host.build(settings);
      exit(await doctorCommand({ load, build }, host.terminal, host.signal));
    });
}

/** Beside `serve` where that was written, else in the place of a command. */
function oddWord(word: string, program: Command): Fault {
  if (program.args[0] === 'serve') {
    return new Fault('ARGUMENTS_INVALID', `serve takes no arguments, not ${JSON.stringify(word)}.`);
  }
  const names = program.commands.map((command) => command.name());
  return new Fault('ARGUMENTS_INVALID', `There is no command ${JSON.stringify(word)}.${nearestHint(word, names)}`);
}

/** Help and version come as errors too, with exit code 0 and nothing left to say. */
function reportUsage(error: CommanderError, { terminal }: CliHost): number {
  if (error.exitCode === 0) return 0;
  const sentence = error.message.replace(/^error: /, '').replaceAll(/\s+/g, ' ');
  if (error.code !== 'commander.help') terminal.tell(`codeloom: ${sentence}`);
  return USAGE_EXIT;
}
