/**
 * `codeloom audit verify [FILE|FOLDER]`: whether the audit trail is as it was written, and if not, at which line and why.
 */
import { auditFolder } from '../../audit/create-audit.ts';
import { verifyAudit } from '../../audit/verify/verify-audit.ts';
import type { TrailReport } from '../../audit/verify/verify-trail.ts';
import type { LoadedSettings } from '../../config/load-settings.ts';
import { counted, safeText } from '../../server/rendering/text.ts';
import type { CliHost } from '../session.ts';

export interface VerifyAuditOptions {
  /** Hashes that were noted earlier. */
  readonly has?: readonly string[];
}

/** Exit code 0 where everything is whole, 1 where something is not. */
export async function verifyAuditCommand(
  path: string | undefined,
  { has = [] }: VerifyAuditOptions,
  { settings }: LoadedSettings,
  { terminal, ...home }: Pick<CliHost, 'terminal' | 'env' | 'platform' | 'homeDir'>,
): Promise<number> {
  const { trails, unfound } = await verifyAudit(path ?? auditFolder(settings.audit, home), has);
  for (const trail of trails) for (const line of linesOf(trail)) terminal.print(safeText(line));
  for (const hash of unfound) terminal.print(safeText(`BROKEN: no record has the hash ${hash}.`));
  return unfound.length === 0 && trails.every(({ broken }) => broken === undefined) ? 0 : 1;
}

function linesOf({ trail, files, summary, state, broken }: TrailReport): readonly string[] {
  const { records, first, last, prunedThrough, lost, recovered } = summary;
  const name = trail === 0 ? 'The file' : `Trail ${trail}`;
  const span = first === undefined || last === undefined ? '' : `, from ${first.time} to ${last.time}`;
  const read = `${counted(records, 'record')} in ${counted(files, 'file')}${span}`;
  if (broken !== undefined) {
    const { at, reason, detail } = broken;
    return [`${name} is BROKEN at ${at.file}, line ${at.line}: ${reason}: ${detail}. Whole up to there: ${read}.`];
  }
  const begins = first !== undefined && first.seq > 1;
  const removed =
    prunedThrough === undefined ? '' : `; the trail says that those through ${prunedThrough} were removed`;
  return [
    `${name} is whole: ${read}; ${STATES[state]}.`,
    ...(begins ? [`  It begins at record ${first.seq}${removed}.`] : []),
    ...(lost > 0
      ? [`  ${counted(lost, 'record')} could not be written in time, and are missing as the trail says.`]
      : []),
    ...(recovered > 0 ? [`  ${counted(recovered, 'line')} broke off when the writer was killed.`] : []),
    ...(last === undefined ? [] : [`  Its last record is ${last.seq}, with the hash ${last.hash}`]),
  ];
}

const STATES = {
  closed: 'closed by its writer',
  open: 'open: its writer is at work or was killed, or its end was cut off',
} as const;
