/** Most columns of one comparison. */
export const MAX_COMPARED = 8

/** The most steps of integrated gradients, or of a curve: more would take hours and tell nothing new. */
export const MAX_ATTRIBUTION_STEPS = 1000

/** Runs whose own pictures are kept open: the one that is looked into, and the one that takes its place. */
export const MAX_RUN_DATASETS = 2
