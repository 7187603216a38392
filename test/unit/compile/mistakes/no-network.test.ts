import { expect, it } from 'vitest';
import { findNoNetwork } from '../../../../src/compile/mistakes/no-network.ts';

const lookup = { name: 'Error', message: 'getaddrinfo EAI_AGAIN example.com', line: 2, column: 7 };

it('says that there is no network where a program asked for it', () => {
  const found = { line: 2, column: 7, code: 'no-network', message: 'There is no network in the sandbox.' };
  expect(findNoNetwork([undefined, lookup])).toMatchObject([found]);
  const wrapped = {
    ...lookup,
    name: 'TypeError',
    message: 'fetch failed',
    cause: { name: 'Error', message: 'connect ENETUNREACH 1.1.1.1:443' },
  };
  expect(findNoNetwork([wrapped, lookup])).toMatchObject([found]);
  expect(
    findNoNetwork([{ ...lookup, message: 'no', errors: [{ name: 'Error', message: 'getaddrinfo ENOTFOUND x' }] }]),
  ).toHaveLength(1);
});

it('says nothing of other errors', () => {
  expect(findNoNetwork([undefined, { name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:80' }])).toEqual([]);
});
