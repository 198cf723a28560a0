import type { EVALUATE_CALLS } from '../../../shared/contract/evaluate'
import { writeBundle } from '../evaluate/bundle/write-bundle'
import { Evaluations } from '../evaluate/evaluations'
import { OpenedEvaluations } from '../evaluate/opened-evaluations'
import { writeReport } from '../evaluate/report/write-report'
import { listEvaluations } from '../evaluate/saved-evaluation'
import { readScoreMap } from '../evaluate/score-map'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** The paper's test protocols over pictures. */
export function createEvaluateHandlers({
  models,
  isTraining,
}: ServiceParts): Handlers<typeof EVALUATE_CALLS> {
  const evaluations = new Evaluations(models, isTraining)
  const opened = new OpenedEvaluations()
  return {
    'evaluate.plan': ({ spec }, work) => evaluations.plan(spec, work),
    'evaluate.measure': ({ spec }, work) => evaluations.measure(spec, work),
    'evaluate.run': ({ spec }, work) => evaluations.run(spec, work),
    'evaluate.list': async ({ runFolders }) =>
      (await Promise.all(runFolders.map(listEvaluations))).flat(),
    'evaluate.open': ({ ref }) => opened.open(ref),
    'evaluate.remove': async ({ ref }) => {
      await opened.remove(ref)
      return null
    },
    'evaluate.curves': ({ ref, classIndex }) => opened.traceCurves(ref, classIndex),
    'evaluate.areas': ({ ref }) => opened.measureAreas(ref),
    'evaluate.compare': ({ a, b }) => opened.compare(a, b),
    'evaluate.picture': ({ ref, picture }) => opened.readPicture(ref, picture),
    'evaluate.scoreMap': ({ model, image, scale }) => readScoreMap(models, model, image, scale),
    'evaluate.nearDuplicates': ({ ref }, work) => opened.findNearDuplicates(ref, work),
    'evaluate.report': ({ ref }, work) => writeReport(ref, work),
    'evaluate.bundle': async ({ ref, file }, work) => {
      await writeBundle(ref, file, work)
      return null
    },
  }
}
