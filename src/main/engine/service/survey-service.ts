import type { ModelRef } from '../../../shared/contract'
import type { ModelRegistry } from '../inspect/model-registry'
import { describeSurveyData, type SurveyData } from '../inspect/survey/survey-data'
import { Surveys, type SurveyQuestion } from '../inspect/survey/surveys'
import type { OpenDataset } from './open-dataset'
import type { CallHandlers } from './port-session'

type SurveyHandlers = Pick<CallHandlers, 'survey.run' | 'survey.layer' | 'survey.unit'>

/**
 * What a layer's channels make of the open data set.
 * @param find - the open data set by its source; throws when it is another
 * @param isTraining - whether steps are being made now, which long work gives way to
 */
export function createSurveyHandlers(
  models: ModelRegistry,
  find: (folder: string) => OpenDataset,
  isTraining: () => boolean,
): SurveyHandlers {
  const surveys = new Surveys(models, isTraining)
  const described = new WeakMap<OpenDataset, SurveyData>()

  const toQuestion = (asked: {
    model: ModelRef
    folder: string
    layer: string
  }): SurveyQuestion => {
    const open = find(asked.folder)
    let data = described.get(open)
    if (data === undefined) {
      data = describeSurveyData(open.dataset, open.pictures)
      described.set(open, data)
    }
    return { model: asked.model, layer: asked.layer, data }
  }

  return {
    'survey.run': async ({ limit, ...asked }, { signal, onProgress }) =>
      surveys.run(toQuestion(asked), limit, { signal, onProgress }),
    'survey.layer': async (asked) => surveys.describeLayer(toQuestion(asked)),
    'survey.unit': async ({ channel, ...asked }) =>
      surveys.describeUnit(toQuestion(asked), channel),
  }
}
