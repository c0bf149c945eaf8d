export { adjustForComparisons } from './false-discovery.ts';
export { fisherTest, type Proportion } from './fisher-test.ts';
export { newcombeInterval } from './newcombe-interval.ts';
