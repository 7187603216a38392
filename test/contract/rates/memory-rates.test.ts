import { ratesContract } from './rates-contract.ts';

ratesContract('memory', async () => ({ openDatabase: () => undefined, close: async () => {} }));
