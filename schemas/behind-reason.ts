/** How the reason of a status begins while what is served is behind the log, and nothing else is wrong. */
export const BEHIND_REASON = 'what is served is';
