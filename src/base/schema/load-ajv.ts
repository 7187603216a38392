/**
 * ajv, loaded when a schema is first compiled: its 90 files take a tenth of a server's start, which a client waits for,
 * and the first thing that a client asks needs none of them. Called wherever JSON Schemas become checks.
 */
import { createRequire } from 'node:module';
import type { Ajv } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import type ajvFormats from 'ajv-formats';

export interface AjvLibrary {
  /** Drafts 06 and 07. */
  readonly Ajv: typeof Ajv;
  readonly Ajv2020: typeof Ajv2020;
  readonly addFormats: typeof ajvFormats.default;
}

/** Cheap after the first time: Node keeps what it has loaded. */
export function loadAjv(): AjvLibrary {
  const require = createRequire(import.meta.url);
  const { Ajv }: Pick<AjvLibrary, 'Ajv'> = require('ajv');
  const { Ajv2020 }: Pick<AjvLibrary, 'Ajv2020'> = require('ajv/dist/2020.js');
  const formats: typeof ajvFormats = require('ajv-formats');
  return { Ajv, Ajv2020, addFormats: formats.default };
}
