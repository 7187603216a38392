import { missingDocker } from '../../docker/local-docker.ts';
import { makeDockerEngine } from '../../docker/local-engine.ts';
import { engineContract } from './engine-contract.ts';

engineContract('docker', () => makeDockerEngine(), missingDocker());
