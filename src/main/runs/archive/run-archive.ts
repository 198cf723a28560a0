import type { ArchiveKind } from '../../files/archive/archive-format'

/**
 * All that a run consists of (docs/run-folder.md), except what can be computed again from a checkpoint
 * and pictures (`inspect`, `evaluations`).
 */
export const RUN_ARCHIVE: ArchiveKind = {
  words: 'archive of a run',
  hint: 'Export the run again and copy the file as it is.',
  fileName:
    /^(run\.json|metrics\.jsonl|layers\.jsonl|split\.json|labels\.json|best|events\.out\.tfevents\.[\w.-]{1,100}|checkpoints\/(epoch|step)-\d{1,12}\/(model\.safetensors|optimizer\.safetensors|state\.json))$/,
  folderName: /^(checkpoints\/?([\w-]+\/?)?)?$/,
  mainFile: 'run.json',
}
