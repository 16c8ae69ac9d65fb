/** What is asked of the lists and of the search: as paths of the API, by people of three rights. */
import { dayMs, firstMs, lastMs } from './fill.ts';

export const asking = ['admin', 'supervisor', 'agent'] as const;
export type Asking = (typeof asking)[number];

/** Sees six queues, small and large ones. */
export const ownQueues = [0, 5, 9, 14, 22, 31].map((index) => `queue-${index}`);
/** Of the largest queue. */
export const ownAgent = 'agent-3';

export const middleMs = Math.floor((firstMs + lastMs) / 2);

/** Values of each filter. */
export const values = {
  rareNumber: '+628180000042',
  busyNumber: '1000',
  withheld: 'anonymous',
  nobodysNumber: '+15550000000',
  busyAgent: 'agent-3',
  rareAgent: 'agent-199',
  busyQueue: 'queue-0',
  rareQueue: 'queue-39',
  day: {
    from: new Date(middleMs).toISOString(),
    to: new Date(middleMs + dayMs).toISOString(),
  },
} as const;

export interface Question {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly who?: Asking;
  /** Nothing is to be found. */
  readonly isEmpty?: true;
}

const { busyNumber, rareNumber, busyAgent, busyQueue, rareQueue } = values;

const shared: readonly Question[] = [
  { name: 'all', query: {} },
  { name: 'of a rare number', query: { number: rareNumber } },
  { name: 'of the busy number', query: { number: busyNumber } },
  { name: 'of callers who withheld theirs', query: { number: values.withheld } },
  { name: "of nobody's number", query: { number: values.nobodysNumber }, isEmpty: true },
  { name: 'of an agent', query: { agentId: busyAgent } },
  { name: 'of a queue', query: { queueId: busyQueue } },
  { name: 'of a day', query: values.day },
  {
    name: 'of an agent, a queue and a number',
    query: { agentId: busyAgent, queueId: busyQueue, number: busyNumber },
  },
  { name: 'of an agent in a foreign queue', query: { agentId: busyAgent, queueId: 'queue-1' } },
  {
    name: "of a queue by another queue's number",
    query: { queueId: 'queue-15', number: busyNumber },
    isEmpty: true,
  },
  { name: 'of six own queues', query: {}, who: 'supervisor' },
  { name: 'of six own queues by number', query: { number: busyNumber }, who: 'supervisor' },
  { name: 'of six own queues of a day', query: values.day, who: 'supervisor' },
  { name: 'of oneself', query: {}, who: 'agent' },
  { name: 'of oneself by number', query: { number: busyNumber }, who: 'agent' },
];

export const ofRecordings: readonly Question[] = [
  ...shared,
  { name: 'failed', query: { state: 'failed' } },
  { name: 'failed of an agent', query: { state: 'failed', agentId: busyAgent } },
  { name: 'failed of a queue', query: { state: 'failed', queueId: busyQueue } },
  {
    name: 'failed of a queue that never failed',
    query: { state: 'failed', queueId: 'queue-30' },
    isEmpty: true,
  },
  { name: 'in a state that none has', query: { state: 'expired' }, isEmpty: true },
  { name: 'with a common tag', query: { tag: 'checked' } },
  { name: 'with a rare tag', query: { tag: 'court' } },
  { name: "with nobody's tag", query: { tag: 'nobody' }, isEmpty: true },
  { name: 'with a common tag of a queue', query: { tag: 'checked', queueId: rareQueue } },
  { name: 'with a rare tag of a queue', query: { tag: 'court', queueId: busyQueue } },
];

export const ofCalls: readonly Question[] = [
  ...shared,
  { name: 'failed', query: { outcome: 'failed' } },
  { name: 'failed of a queue', query: { outcome: 'failed', queueId: busyQueue } },
  { name: 'declined', query: { outcome: 'declined' }, isEmpty: true },
];

interface Search {
  readonly name: string;
  /** From the id of a call and of a recording. */
  readonly text: (callId: string, recordingId: string) => string;
  readonly who?: Asking;
  readonly finds: readonly ('calls' | 'recordings' | 'agents')[];
}

export const searches: readonly Search[] = [
  { name: 'a rare number', text: () => '0818-0000-042', finds: ['calls'] },
  // Agent A1000 has it in the id.
  { name: 'the busy number', text: () => busyNumber, finds: ['calls', 'agents'] },
  { name: 'part of a number', text: () => '0042', finds: [] },
  {
    name: 'a number, own queues only',
    text: () => busyNumber,
    who: 'supervisor',
    finds: ['calls', 'agents'],
  },
  { name: 'a number, own calls only', text: () => busyNumber, who: 'agent', finds: ['calls'] },
  { name: 'the id of a call', text: (callId) => callId, finds: ['calls'] },
  { name: 'part of the id of a call', text: (callId) => callId.slice(0, 13), finds: [] },
  { name: 'the id of a recording', text: (_, recordingId) => recordingId, finds: ['recordings'] },
  { name: 'the name of an agent', text: () => 'Siti 105', finds: ['agents'] },
  { name: 'part of the names of agents', text: () => 'sit', finds: ['agents'] },
  { name: 'the id of an agent', text: () => 'A1199', finds: ['agents'] },
  { name: "nobody's name", text: () => 'nobody', finds: [] },
];

type Choice = readonly Readonly<Record<string, string>>[];

const sharedChoices: readonly Choice[] = [
  [{}, { number: busyNumber }, { number: rareNumber }],
  [{}, { agentId: busyAgent }, { agentId: values.rareAgent }],
  [{}, { queueId: busyQueue }, { queueId: 'queue-15' }],
  [{}, values.day],
];
const choices: Readonly<Record<'calls' | 'recordings', readonly Choice[]>> = {
  calls: [...sharedChoices, [{}, { outcome: 'failed' }]],
  recordings: [
    ...sharedChoices,
    [{}, { state: 'failed' }],
    [{}, { tag: 'checked' }, { tag: 'court' }],
  ],
};

/** Every way to fill in the filters that the console offers. */
export const combinationsOf = (list: 'calls' | 'recordings'): Readonly<Record<string, string>>[] =>
  choices[list].reduce<Readonly<Record<string, string>>[]>(
    (found, choice) => found.flatMap((each) => choice.map((more) => ({ ...each, ...more }))),
    [{}],
  );
