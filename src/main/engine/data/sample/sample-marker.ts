/** Marks a folder as written by the lab, so that it may be written again; a scan does not list it. */
export const SAMPLE_MARKER = '.vgg-lab-sample.json'
