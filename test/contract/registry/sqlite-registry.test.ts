import { sqliteBench } from '../../fault/registry/sqlite-bench.ts';
import { registryContract } from './registry-contract.ts';

registryContract('SQLite', sqliteBench);
