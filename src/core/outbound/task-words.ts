/** The words of outbound tasks: states with the numbers of spec §2.2, rules with the limits of §2.1 and §2.4. */

/** @see spec §2.2 DescribeAutoCalloutTask */
export const taskStates = {
  initial: 0,
  running: 1,
  completed: 2,
  ending: 3,
  terminated: 4,
} as const;
export type TaskState = (typeof taskStates)[keyof typeof taskStates];

/** @see spec §2.2 AutoCalloutTaskCalleeInfo */
export const calleeStates = {
  initial: 0,
  answered: 1,
  unanswered: 2,
  calling: 3,
  pendingRetry: 4,
} as const;
export type CalleeState = (typeof calleeStates)[keyof typeof calleeStates];

export type TaskKind = 'automatic' | 'predictive';

/** Whose free agents get the answered calls of a predictive task, and how far ahead it may dial (spec §2.4). */
export interface PredictiveRules {
  readonly queueId: string;
  /** 1 (high) to 5 (low): of the tasks of one queue, the higher one gets the free agents first. */
  readonly priority: number;
  readonly callOrder: 'random' | 'in-order';
  /** Percent of the answered calls, 0–50 (decision 17). */
  readonly abandonPercent: number;
}

export type TaskAction = 'start' | 'pause' | 'resume' | 'stop';

export interface TaskStanding {
  readonly state: TaskState;
  readonly isPaused: boolean;
}

/** Why an order to a task makes no sense now; null = it does. */
export const refusalOfTaskAction = (
  { state, isPaused }: TaskStanding,
  action: TaskAction,
): 'already-started' | 'not-running' | 'already-paused' | 'not-paused' | 'already-over' | null => {
  if (state === taskStates.completed || state === taskStates.terminated) return 'already-over';
  if (action === 'start') return state === taskStates.initial ? null : 'already-started';
  if (action === 'stop') return null;
  if (state !== taskStates.running) return 'not-running';
  if (action === 'pause') return isPaused ? 'already-paused' : null;
  return isPaused ? null : 'not-paused';
};
