import { describeWithPostgres } from '../../postgres/describe-with-postgres.ts';
import { postgresBench } from '../../postgres/postgres-bench.ts';
import { registryContract } from './registry-contract.ts';

describeWithPostgres('PostgreSQL', (cluster) => {
  registryContract('PostgreSQL', () => postgresBench(cluster()));
});
