import { expect, it } from 'vitest';
import { connectionCap } from '../../../../../src/server/http/bounds/connection-cap.ts';

it.each([
  ['half of the descriptors', 'Max open files            1024                 4096                 files', 512],
  ['no more than suffice', 'Max open files            1048576              1048576              files', 8_192],
  ['one at the least', 'Max open files            1                    1                    files', 1],
  ['as many as suffice where there is no bound', 'Max open files            unlimited  unlimited  files', 8_192],
  ['as many as suffice where nobody tells', '', 8_192],
])('connections may take %s', (_what, limits, cap) => {
  expect(connectionCap(limits)).toBe(cap);
});
