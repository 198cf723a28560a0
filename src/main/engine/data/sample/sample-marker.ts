/** Marks a folder as written by the lab, so that it may be written again; no scan tells of it. */
export const SAMPLE_MARKER = '.vgg-lab-sample.json'
