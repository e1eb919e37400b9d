/** What the rule would call badly. */
const NAMES: Record<string, string> = {
  'HealthController.live': 'checkLiveness',
  'HealthController.ready': 'checkReadiness',
  'ExperimentsController.createMany': 'createExperiments',
  'AssignmentsController.assign': 'assignUser',
  'AssignmentsController.import': 'importAssignments',
  'AssignmentsController.override': 'overrideAssignment',
  'EventsController.accept': 'sendEvent',
  'EventsController.acceptMany': 'sendEvents',
  'EventsController.disposition': 'readDisposition',
  'ResultsController.read': 'readResults',
  'PlanningController.sampleSize': 'planSampleSize',
  'PlanningController.power': 'planPower',
  'PlanningController.mde': 'planMde',
  'FlagsController.history': 'readFlagHistory',
  'FlagStreamController.stream': 'streamFlags',
  'FlagStreamController.ticket': 'createStreamTicket',
  'IdentitiesController.link': 'linkAlias',
  'JobsController.recompute': 'recomputeExperiment',
  'JobsController.verify': 'verifyExperiment',
  'BalanceController.ledger': 'readBalance',
  'BalanceController.read': 'readExperimentBalance',
  'DeadLettersController.stats': 'countDeadLetters',
  'DeadLettersController.replayAll': 'replayDeadLetters',
  'AuditController.list': 'listAuditEntries',
};

/**
 * What programs call an operation, for ever: `create` of `ExperimentsController` is `createExperiment`, `list` is
 * `listExperiments`, and a method whose name has several words is called by it.
 */
export function operationIdOf(controller: string, method: string): string {
  const name = NAMES[`${controller}.${method}`];
  if (name !== undefined) return name;
  if (/[A-Z]/.test(method)) return method;
  const things = controller.replace(/Controller$/, '');
  return method + (method === 'list' ? things : things.replace(/s$/, ''));
}
