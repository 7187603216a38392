import { expect, it } from 'vitest';
import { createLog } from '../../../src/base/log.ts';
import { createMeters } from '../../../src/guard/rates/meters.ts';
import { openRatesDatabase } from '../../../src/guard/rates/rates-database.ts';
import { describeWithPostgres } from '../../postgres/describe-with-postgres.ts';

function openImpatient(url: string, log = createLog('silent')) {
  const database = openRatesDatabase({ url, log, statementMs: 300, pauseMs: 1 });
  return { database, meters: createMeters(database) };
}

type Opened = ReturnType<typeof openImpatient>;

/** Until the database is asked again, and answers. */
async function untilReached({ database, meters }: Opened): Promise<void> {
  for (let at = 0; !database.isReached; at += 1) await meters.use('runsPerMinute', `probe ${at}`, 1, 1);
}

describeWithPostgres('rates whose PostgreSQL', (cluster) => {
  it('is gone are counted by each instance from nothing, and shared again when it is back', async () => {
    const url = await cluster().createDatabase();
    const [one, other] = [openImpatient(url), openImpatient(url)];
    await one.meters.use('runsPerMinute', 'ann', 1, 1);
    expect(await other.meters.use('runsPerMinute', 'ann', 1, 1)).toMatchObject({ isOver: true });
    await cluster().stop();
    expect(await one.meters.use('runsPerMinute', 'bob', 1, 1)).toMatchObject({ used: 1, isOver: false });
    expect(await one.meters.use('runsPerMinute', 'bob', 1, 1)).toMatchObject({ isOver: true });
    expect(await other.meters.use('runsPerMinute', 'bob', 1, 1)).toMatchObject({ used: 1, isOver: false });
    await one.meters.add('runMsPerHour', 'bob', 5);
    expect([one.database.isReached, other.database.isReached]).toEqual([false, false]);
    await cluster().start();
    await Promise.all([untilReached(one), untilReached(other)]);
    await one.meters.use('runsPerMinute', 'carl', 1, 1);
    expect(await other.meters.use('runsPerMinute', 'carl', 1, 1)).toMatchObject({ used: 2, isOver: true });
    await Promise.all([one.database.close(), other.database.close()]);
  });

  it('hangs costs a request a moment, and the next ones nothing', async () => {
    const url = await cluster().createDatabase();
    const { database, meters } = openImpatient(url);
    await meters.use('runsPerMinute', 'ann', 10, 1);
    const patient = openRatesDatabase({ url, log: createLog('silent'), statementMs: 300, pauseMs: 3_600_000 });
    const paused = createMeters(patient);
    await cluster().freeze();
    expect(await meters.use('runsPerMinute', 'ann', 1, 1)).toMatchObject({ used: 1, isOver: false });
    for (const used of [1, 2, 3, 4]) expect(await paused.use('runsPerMinute', 'ann', 10, 1)).toMatchObject({ used });
    await cluster().thaw();
    // Nobody asks before the pause is over, though it would answer.
    expect(await paused.use('runsPerMinute', 'ann', 10, 1)).toMatchObject({ used: 5 });
    expect(patient.isReached).toBe(false);
    await Promise.all([database.close(), patient.close()]);
  });

  it('is another one than before gets its table again', async () => {
    const url = await cluster().createDatabase();
    const opened = openImpatient(url);
    await opened.meters.use('runsPerMinute', 'ann', 1, 1);
    await cluster().query(url, 'DROP TABLE codeloom_rates');
    await opened.meters.use('runsPerMinute', 'bob', 1, 1);
    const count = 'SELECT count(*)::int AS rows FROM codeloom_rates';
    const rows = () =>
      cluster()
        .query(url, count)
        .then(
          ([row]) => row?.rows,
          () => 0,
        );
    for (let at = 0; (await rows()) === 0; at += 1) await opened.meters.use('runsPerMinute', `probe ${at}`, 1, 1);
    expect(await opened.meters.use('runsPerMinute', 'carl', 1, 1)).toMatchObject({ used: 1 });
    await opened.database.close();
  });

  it('lets its user make no table counts nothing there until somebody made it', async () => {
    const url = await cluster().createDatabase();
    await cluster().query(url, 'CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    const guest = openImpatient(url.replace('codeloom@', 'guest@'));
    expect(await guest.meters.use('runsPerMinute', 'ann', 1, 1)).toMatchObject({ used: 1 });
    expect(guest.database.isReached).toBe(false);
    const owner = openImpatient(url);
    await owner.meters.use('runsPerMinute', 'owner', 1, 1);
    await cluster().query(url, 'GRANT SELECT, INSERT, UPDATE, DELETE ON codeloom_rates TO guest');
    await untilReached(guest);
    await owner.meters.use('runsPerMinute', 'carl', 1, 1);
    expect(await guest.meters.use('runsPerMinute', 'carl', 1, 1)).toMatchObject({ isOver: true });
    await Promise.all([guest.database.close(), owner.database.close()]);
  });

  it('cuts its connections is asked over new ones, and the process lives', async () => {
    const url = await cluster().createDatabase();
    const opened = openImpatient(url);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([1, 2, 3].map(() => opened.meters.use('runsPerMinute', 'ann', 100, 1)));
      const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'codeloom-rates'";
      await cluster().query(url, cut);
    }
    await opened.meters.use('runsPerMinute', 'bob', 1, 1);
    await untilReached(opened);
    await opened.database.close();
  });

  it('is away says so once, and once that it is back, without the address', async () => {
    const url = await cluster().createDatabase();
    const lines: string[] = [];
    const opened = openImpatient(url, createLog('info', { write: (line: string) => lines.push(line) }));
    await opened.meters.use('runsPerMinute', 'ann', 1, 1);
    await cluster().stop();
    for (const at of [1, 2, 3, 4]) await opened.meters.use('runsPerMinute', `subject ${at}`, 1, 1);
    await cluster().start();
    await untilReached(opened);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('this instance counts by itself');
    expect(lines[1]).toContain('shared through the database again');
    await opened.database.close();
    await opened.database.close();
    expect(await opened.meters.use('runsPerMinute', 'late', 1, 1)).toMatchObject({ used: 1 });
  });
});
