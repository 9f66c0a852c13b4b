import type { ReportData } from './report-data.ts';

interface Reference {
  key: string;
  /** As it is cited in a text. */
  cited: string;
  bibtex: string;
}

const reference = (key: string, cited: string, kind: string, fields: Record<string, string>): Reference => ({
  key,
  cited,
  bibtex: `@${kind}{${key},\n${Object.entries(fields)
    .map(([name, value]) => `  ${name} = {${value}}`)
    .join(',\n')}\n}`,
});

export const REFERENCES = {
  choi: reference('choi2017', 'Choi et al. 2017', 'inproceedings', {
    author:
      'Choi, Edward and Biswal, Siddharth and Malin, Bradley and Duke, Jon and Stewart, Walter F. and Sun, Jimeng',
    title: 'Generating Multi-label Discrete Patient Records using Generative Adversarial Networks',
    booktitle: 'Proceedings of the 2nd Machine Learning for Healthcare Conference',
    series: 'PMLR',
    volume: '68',
    pages: '286--305',
    year: '2017',
  }),
  yan: reference('yan2022', 'Yan et al. 2022', 'article', {
    author:
      'Yan, Chao and Yan, Yao and Wan, Zhiyu and Zhang, Ziqi and Omberg, Larsson and Guinney, Justin and Mooney, Sean D. and Malin, Bradley A.',
    title: 'A Multifaceted Benchmarking of Synthetic Electronic Health Record Generation Models',
    journal: 'Nature Communications',
    volume: '13',
    pages: '7609',
    year: '2022',
    doi: '10.1038/s41467-022-35295-1',
  }),
  theodorou: reference('theodorou2023', 'Theodorou et al. 2023', 'article', {
    author: 'Theodorou, Brandon and Xiao, Cao and Sun, Jimeng',
    title:
      'Synthesize High-dimensional Longitudinal Electronic Health Records via Hierarchical Autoregressive Language Model',
    journal: 'Nature Communications',
    volume: '14',
    pages: '5305',
    year: '2023',
    doi: '10.1038/s41467-023-41093-0',
  }),
  breugel: reference('vanbreugel2023', 'van Breugel et al. 2023', 'inproceedings', {
    author: 'van Breugel, Boris and Sun, Hao and Qian, Zhaozhi and van der Schaar, Mihaela',
    title: 'Membership Inference Attacks against Synthetic Data through Overfitting Detection',
    booktitle: 'Proceedings of the 26th International Conference on Artificial Intelligence and Statistics',
    series: 'PMLR',
    volume: '206',
    year: '2023',
  }),
  giomi: reference('giomi2023', 'Giomi et al. 2023', 'article', {
    author: "Giomi, Matteo and Boenisch, Franziska and Wehmeyer, Christoph and Tasn{\\'a}di, Borb{\\'a}la",
    title: 'A Unified Framework for Quantifying Privacy Risk in Synthetic Data',
    journal: 'Proceedings on Privacy Enhancing Technologies',
    year: '2023',
    doi: '10.56553/popets-2023-0055',
  }),
  yeom: reference('yeom2018', 'Yeom et al. 2018', 'inproceedings', {
    author: 'Yeom, Samuel and Giacomelli, Irene and Fredrikson, Matt and Jha, Somesh',
    title: 'Privacy Risk in Machine Learning: Analyzing the Connection to Overfitting',
    booktitle: 'IEEE 31st Computer Security Foundations Symposium',
    year: '2018',
    doi: '10.1109/CSF.2018.00027',
  }),
} as const;

const BAOWALY = reference('baowaly2019', 'Baowaly et al. 2019', 'article', {
  author: 'Baowaly, Mrinal Kanti and Lin, Chia-Ching and Liu, Chao-Lin and Chen, Kuan-Ta',
  title: 'Synthesizing Electronic Health Records using Improved Generative Adversarial Networks',
  journal: 'Journal of the American Medical Informatics Association',
  volume: '26',
  number: '3',
  pages: '228--241',
  year: '2019',
  doi: '10.1093/jamia/ocy142',
});

/** Papers that a model is of, by the name that `train -m` takes. */
const OF_MODELS: Record<string, Reference[]> = {
  medgan: [REFERENCES.choi],
  medbgan: [REFERENCES.choi, BAOWALY],
  medwgan: [REFERENCES.choi, BAOWALY],
  'emr-wgan': [
    reference('zhang2020', 'Zhang et al. 2020', 'article', {
      author: 'Zhang, Ziqi and Yan, Chao and Mesa, Diego A. and Sun, Jimeng and Malin, Bradley A.',
      title: 'Ensuring Electronic Medical Record Simulation through Better Training, Modeling, and Evaluation',
      journal: 'Journal of the American Medical Informatics Association',
      volume: '27',
      number: '1',
      pages: '99--108',
      year: '2020',
      doi: '10.1093/jamia/ocz161',
    }),
  ],
  seqgan: [
    reference('yu2017', 'Yu et al. 2017', 'inproceedings', {
      author: 'Yu, Lantao and Zhang, Weinan and Wang, Jun and Yu, Yong',
      title: 'SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient',
      booktitle: 'Proceedings of the AAAI Conference on Artificial Intelligence',
      volume: '31',
      year: '2017',
      doi: '10.1609/aaai.v31i1.10804',
    }),
  ],
  vae: [
    reference('kingma2014', 'Kingma and Welling 2014', 'inproceedings', {
      author: 'Kingma, Diederik P. and Welling, Max',
      title: 'Auto-Encoding Variational Bayes',
      booktitle: 'International Conference on Learning Representations',
      year: '2014',
    }),
  ],
  'chow-liu': [
    reference('chow1968', 'Chow and Liu 1968', 'article', {
      author: 'Chow, C. K. and Liu, C. N.',
      title: 'Approximating Discrete Probability Distributions with Dependence Trees',
      journal: 'IEEE Transactions on Information Theory',
      volume: '14',
      number: '3',
      pages: '462--467',
      year: '1968',
      doi: '10.1109/TIT.1968.1054142',
    }),
  ],
};

/** Papers of a model; none where it is of no paper of its own. */
export function modelReferences(name: string | undefined): readonly Reference[] {
  return (name !== undefined && OF_MODELS[name]) || [];
}

/** BibTeX of ehrsynth, and of the papers of the model and of what was measured. */
export function bibtexOf({ origin, histories, likelihood }: ReportData): string {
  const { choi, yan, theodorou, breugel, giomi, yeom } = REFERENCES;
  const own = reference('ehrsynth', '', 'software', {
    title: 'ehrsynth: synthetic patient records',
    ...(origin && { version: origin.version, year: origin.date.slice(0, 4) }),
  });
  const used = [
    own,
    ...modelReferences(origin?.model?.name),
    choi,
    yan,
    ...(histories ? [theodorou] : []),
    breugel,
    giomi,
    ...(likelihood ? [yeom] : []),
  ];
  return [...new Set(used)].map(({ bibtex }) => bibtex).join('\n\n');
}
