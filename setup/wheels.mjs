// @ts-check
/**
 * Which wheels hold native TensorFlow, pinned by file and sha256, and which of their files are needed. They are only
 * unpacked, never installed, so the version of Python in their names does not matter.
 */

/** @typedef {{ readonly project: string, readonly version: string, readonly file: string, readonly sha256: string }} Wheel */
/** @typedef {'cpu' | 'cuda'} Flavour */
/** @typedef {{ readonly name: string, readonly flavour: Flavour, readonly megabytes: number, readonly room: number, readonly wheels: ReadonlyArray<Wheel> }} Build */

export const version = '2.21.0'

/** Project and version stand in the file's name. @param {string} file @param {string} sha256 @returns {Wheel} */
const wheel = (file, sha256) => {
  const [project = '', number = ''] = file.split('-')
  return { project: project.replaceAll('_', '-'), version: number, file, sha256 }
}

const manylinux2014 = 'py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl'
const manylinux2010 = 'py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl'
const manylinux227 = 'py3-none-manylinux_2_27_x86_64.whl'

/** What the extra `and-cuda` of the wheel `tensorflow` 2.21.0 asks for. */
const nvidia = [
  wheel(
    `nvidia_cublas_cu12-12.9.3.13-${manylinux227}`,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'
  ),
  wheel(
    `nvidia_cuda_cupti_cu12-12.8.90-${manylinux2014}`,
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182'
  ),
  wheel(
    `nvidia_cuda_nvcc_cu12-12.9.86-${manylinux2010}`,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'
  ),
  wheel(
    `nvidia_cuda_nvrtc_cu12-12.9.86-${manylinux2010}`,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'
  ),
  wheel(
    `nvidia_cuda_runtime_cu12-12.9.79-${manylinux2014}`,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'
  ),
  wheel(
    `nvidia_cudnn_cu12-9.28.0.42-${manylinux227}`,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'
  ),
  wheel(
    `nvidia_cufft_cu12-11.4.1.4-${manylinux2014}`,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'
  ),
  wheel(
    `nvidia_curand_cu12-10.3.10.19-${manylinux227}`,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'
  ),
  wheel(
    `nvidia_cusolver_cu12-11.7.5.82-${manylinux227}`,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'
  ),
  wheel(
    `nvidia_cusparse_cu12-12.5.10.65-${manylinux2014}`,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'
  ),
  wheel(`nvidia_nccl_cu12-2.32.3-${manylinux227}`, 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'),
  wheel(
    `nvidia_nvjitlink_cu12-12.9.86-${manylinux2010}`,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'
  )
]

/** By platform. `megabytes` come over the network, `room` (in bytes) is wanted on the disk. @type {Readonly<Record<string, ReadonlyArray<Build>>>} */
const builds = {
  'linux-x64': [
    {
      name: `tensorflow-${version}-cpu`,
      flavour: 'cpu',
      megabytes: 274,
      room: 1.3e9,
      wheels: [
        wheel(
          `tensorflow_cpu-${version}-cp311-cp311-manylinux_2_27_x86_64.whl`,
          '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c'
        )
      ]
    },
    {
      name: `tensorflow-${version}-cuda`,
      flavour: 'cuda',
      megabytes: 3380,
      room: 7e9,
      wheels: [
        wheel(
          `tensorflow-${version}-cp311-cp311-manylinux_2_27_x86_64.whl`,
          '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'
        ),
        ...nvidia
      ]
    }
  ],
  'linux-arm64': [
    {
      name: `tensorflow-${version}-cpu-arm64`,
      flavour: 'cpu',
      megabytes: 282,
      room: 1.3e9,
      wheels: [
        wheel(
          `tensorflow-${version}-cp311-cp311-manylinux_2_27_aarch64.whl`,
          '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c'
        )
      ]
    }
  ]
}

/** The build for a platform such as `linux-x64`, if there is one. @param {string} platform @param {Flavour} flavour */
export const buildFor = (platform, flavour) => builds[platform]?.find((b) => b.flavour === flavour)

const needed = [
  /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
  /^tensorflow\/include\/(tensorflow\/c|xla\/tsl\/c)\/.*\.h$/,
  /^tensorflow\/include\/(tensorflow\/core|tensorflow\/tsl|tsl)\/platform\/ctstring[^/]*\.h$/,
  /^tensorflow\/include\/tsl\/platform\/platform\.h$/,
  /^tensorflow\/include\/tensorflow\/core\/common_runtime\/next_pluggable_device\/c\/[^/]*\.h$/,
  /^nvidia\/[^/]+\/lib\/[^/]+\.so[^/]*$/,
  /^nvidia\/[^/]+\/(bin\/ptxas|nvvm\/libdevice\/[^/]+)$/
]

/** What an unpacked build must be of: these wheels, and of them these files. @param {Build} build */
export const contents = (build) => [...build.wheels.map((w) => w.sha256), ...needed.map(String)]

/** Whether a file of a wheel is needed. @param {string} name */
export const isNeeded = (name) => !name.split('/').includes('..') && needed.some((pattern) => pattern.test(name))

/** The platform tags of a wheel, as pip wants them. @param {Wheel} w */
export const platforms = (w) =>
  (
    w.file
      .replace(/\.whl$/, '')
      .split('-')
      .at(-1) ?? ''
  ).split('.')
