/**
 * The way in that the settings ask for. Called once by serve-http.ts.
 */
import type { Access, AccessParts } from './access.ts';
import { createOpenAccess } from './open-access.ts';

/** The library for tokens is loaded by those alone who take tokens. */
export async function createAccess(parts: AccessParts): Promise<Access> {
  if (parts.settings.access.auth === 'none') return createOpenAccess(parts);
  const { createJwtAccess } = await import('./jwt-access.ts');
  return createJwtAccess(parts);
}
