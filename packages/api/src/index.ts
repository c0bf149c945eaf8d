export { ADMIN_COOKIE, credentials, type SignInState, type TryIt, tryItQuery } from './access.ts';
export { type AnalysisBody, analysisDocument } from './analysis.ts';
export {
  type AuditCheckpoint,
  type AuditEntryBody,
  type AuditListQuery,
  type AuditPage,
  type AuditVerification,
  auditQuery,
  auditVerifyBody,
} from './audit.ts';
export {
  ADMIN_ROLES,
  type AdminRole,
  AUDIT_ACTIONS,
  AUDIT_OUTCOMES,
  type AuditAction,
  type AuditOutcome,
} from './audit-actions.ts';
export type { Canary, CanaryFault, CanaryReport } from './canary.ts';
export { type Change, type Changes, type ChangesQuery, changes, changesQuery } from './changes.ts';
export {
  type ConferenceAnalysis,
  type ConferenceParams,
  conferenceAnalysis,
  type MissingReason,
} from './conferences.ts';
export {
  type DeliveriesOverview,
  type Delivery,
  deliveriesQuery,
  type EgressEntry,
  type EgressPage,
  egressQuery,
} from './deliveries.ts';
export { type ErrorBody, errorBody } from './errors.ts';
export {
  type AffectedDump,
  FINDING_OUTCOMES,
  FINDINGS_FORMAT,
  type FindingOutcome,
  type FindingsReport,
  findingsReport,
} from './findings-report.ts';
export { type OpenApiDocument, openApiDocument } from './openapi.ts';
export {
  type Overview,
  type OverviewFigures,
  type OverviewGroup,
  type OverviewProblem,
  type OverviewQuery,
  overview,
  overviewQuery,
} from './overview.ts';
export type { PolicyBody } from './policy.ts';
export type { Readiness } from './readiness.ts';
export {
  DEFAULT_GROUP_SIZE,
  type Risk,
  type RiskAdvice,
  type RiskAttribute,
  type RiskCombination,
  type RiskQuery,
  risk,
  riskQuery,
  type SmallGroups,
} from './risk.ts';
export type { Route, RouteResponse } from './route.ts';
export { ROUTE_ROLES, type RouteRole } from './route-roles.ts';
export { ROUTES } from './routes.ts';
export { analysisQuery, type RtcstatsAnalysis, rtcstatsAnalysis } from './rtcstats-analysis.ts';
export {
  type Finding,
  type ListedSession,
  liveQuery,
  type Receipt,
  type Session,
  type SessionDetail,
  type SessionPage,
  type SessionParams,
  type SessionQuery,
  sessionQuery,
  type Verdict,
} from './sessions.ts';
export {
  ANALYSIS_FAILURES,
  type AnalysisFailure,
  BROWSER_FAMILIES,
  type BrowserFamily,
  CALL_VERDICTS,
  type CallVerdict,
  CHANGE_DIMENSIONS,
  CHANGE_MEASURES,
  type ChangeDimension,
  type ChangeMeasure,
  DELIVERY_STATES,
  type DeliveryState,
  MEDIA_ROUTES,
  type MediaRoute,
  NETWORK_TYPES,
  type NetworkType,
  OVERVIEW_DIMENSIONS,
  type OverviewDimension,
  SESSION_SORTS,
  SESSION_STATES,
  SEVERITIES,
  type SessionSort,
  type SessionState,
  type Severity,
} from './states.ts';
export {
  type EraseBody,
  type ErasePreviewBody,
  type ErasurePage,
  type ErasureReceipt,
  eraseBody,
  erasePreview,
  erasureReceipt,
  erasuresQuery,
  type SubjectOverviewBody,
  type SubjectQuery,
  subjectQuery,
} from './subjects.ts';
