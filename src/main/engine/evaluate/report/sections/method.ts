import { html, type Html } from '../html'

/** How each number of the report is computed. */
export function writeMethod(): Html {
  return html`<section class="method">
    <h2>How the numbers are computed</h2>
    <ul>
      <li>
        A protocol shows each picture in one or more ways at each test scale Q (the smallest side);
        its probabilities are the mean of the soft-max outputs of all of them, and of all networks
        where several are fused (sections 3.2 and 4 of Simonyan and Zisserman, 2015).
      </li>
      <li>
        Top-1 and top-5 are shares of the pictures that count; of equal probabilities the class that
        comes first ranks higher. The loss is the mean cross entropy in nats.
      </li>
      <li>
        Intervals are percentile bootstraps: the pictures are drawn with replacement 1,000 times,
        and the middle 95% of the means told.
      </li>
      <li>
        Precision is the share of the pictures taken for a class that are of it, recall the share of
        its pictures that were found, F1 their harmonic mean. Classes without pictures are in no
        mean.
      </li>
      <li>
        AUC is the area under the ROC curve of a class against the others, AP the average precision
        without interpolation.
      </li>
      <li>
        The expected calibration error is the mean of |accuracy − confidence| over bins of equal
        width, weighted by their pictures (Guo et al., 2017). The Brier score is the mean squared
        distance of the probabilities from the truth, over all classes.
      </li>
      <li>
        Likely label errors are found by the confident joint of confident learning (Northcutt et
        al., 2021). On pictures that the network was trained with it says little.
      </li>
    </ul>
  </section>`
}
