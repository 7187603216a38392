/**
 * A long-lived sandbox as clients see it, and the argument that names one. Pure; used by the tools beside this file.
 */
import type { JsonObject } from '../../../base/json.ts';
import type { SandboxSession } from '../../../engine/docker/session/sandbox-session.ts';

const text: JsonObject = { type: 'string' };

export const ID_PROPERTY: JsonObject = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'As sandbox.initialize gave it.',
};

export const SANDBOX_PROPERTIES: JsonObject = {
  id: text,
  image: text,
  createdAt: { ...text, description: 'ISO 8601' },
  expiresAt: { ...text, description: 'ISO 8601; earlier where nobody uses it.' },
  busy: { type: 'boolean' },
};

export function describeSandbox({ id, image, createdAt, expiresAt, isBusy }: SandboxSession) {
  return { id, image, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), busy: isBusy };
}
