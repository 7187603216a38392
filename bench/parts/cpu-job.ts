/** The same processor job as script text for a bare isolate and as a program, so that both do the same work. */

export const CPU_JOB = `
const rows = [];
let seed = 42;
for (let index = 0; index < 100000; index++) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  rows.push({ id: index, group: 'group-' + (seed % 100), amount: seed % 10007 });
}
const groups = new Map();
for (const row of rows) {
  const group = groups.get(row.group) ?? { name: row.group, count: 0, sum: 0 };
  group.count += 1;
  group.sum += row.amount;
  groups.set(row.group, group);
}
const sorted = rows.toSorted((left, right) => left.amount - right.amount || left.id - right.id);
const top = [...groups.values()].toSorted((left, right) => right.sum - left.sum)[0];
return top.name + ' ' + top.sum + ' ' + sorted[0].id;`;

/** A script whose completion value is the job's result. */
export const CPU_JOB_SCRIPT = `(() => {${CPU_JOB}})()`;
