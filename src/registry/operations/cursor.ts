/** Where a page ended, as an opaque text that a client hands back. A cursor that is no cursor of ours is refused. */
import { Fault } from '../../base/fault.ts';
import { parseJson } from '../../base/json.ts';

export function renderCursor(place: string | number): string {
  return Buffer.from(JSON.stringify([place])).toString('base64url');
}

export function parseCursor<Kind extends 'string' | 'number'>(
  cursor: string,
  kind: Kind,
): Kind extends 'string' ? string : number {
  const json = cursor.length > 1_000 ? undefined : parseJson(Buffer.from(cursor, 'base64url').toString());
  const place = Array.isArray(json) && json.length === 1 ? json[0] : undefined;
  const isOurs =
    typeof place === kind && (typeof place !== 'string' || (place.isWellFormed() && !place.includes('\0')));
  if (!isOurs || (kind === 'number' && !Number.isSafeInteger(place)))
    throw new Fault('ARGUMENTS_INVALID', 'cursor: expected the nextCursor of the page before.');
  return place as Kind extends 'string' ? string : number;
}
