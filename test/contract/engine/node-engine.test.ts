import { fileURLToPath } from 'node:url';
import { resolveLimits } from '../../../src/base/limits.ts';
import { createLog } from '../../../src/base/log.ts';
import { createIsolateEngine } from '../../../src/engine/isolate/isolate-engine.ts';
import { engineContract } from './engine-contract.ts';

const runtimeDir = fileURLToPath(new URL('../../../dist/sandbox-runtime/', import.meta.url));
const options = { runtimeDir, limits: resolveLimits(), log: createLog('silent'), path: process.env.PATH };

engineContract('node', () => createIsolateEngine(options));
