import { expect, test } from 'vitest';
import { EMPTY_CATALOG } from '../../../src/base/tool.ts';
import { grantTextOf } from '../../../src/run/grant.ts';
import { CATALOG } from './driven-run.ts';

test('the grant names servers and tools by identifier and name, in the places where calls will find them', () => {
  expect(JSON.parse(grantTextOf(CATALOG))).toEqual([
    [
      'files',
      'files',
      [
        ['read_file', 'read-file'],
        ['write_file', 'write-file'],
      ],
    ],
    ['my_db', 'my-db', [['query', 'query']]],
  ]);
});

test('the grant says nothing else of a tool: no schema, no description', () => {
  const tool = { server: 's', name: 't', identifier: 't', description: 'secret', inputSchema: { title: 'secret' } };
  const catalog = { servers: [{ name: 's', identifier: 's', tools: [tool], dropped: [] }], hash: 'h' };
  expect(grantTextOf(catalog)).toBe('[["s","s",[["t","t"]]]]');
});

test('names from a stranger stay texts', () => {
  const name = '__proto__"]],\u2028</script>';
  const tool = { server: name, name, identifier: '__proto__', inputSchema: {} };
  const catalog = { servers: [{ name, identifier: '__proto__', tools: [tool], dropped: [] }], hash: 'h' };
  expect(JSON.parse(grantTextOf(catalog))).toEqual([['__proto__', name, [['__proto__', name]]]]);
});

test('a run without upstreams is granted nothing', () => {
  expect(grantTextOf(EMPTY_CATALOG)).toBe('[]');
});
