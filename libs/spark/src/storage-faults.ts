/** What the cluster's storage says is wrong, in the words of Hadoop, of HDFS and of Amazon's client, and what to do. */
const FAULTS: [said: RegExp, todo: string][] = [
  [
    /No FileSystem for scheme|S3AFileSystem not found/,
    'The cluster lacks what this address begins with. S3 is s3a:// in Apache Spark, with the package hadoop-aws, and s3:// on EMR, on Databricks and in Sail (docs/scale.md).',
  ],
  [/bucket does not exist|NoSuchBucket/i, 'Check the name of the bucket: it has to be there already.'],
  [
    /Status Code: 40[13]|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|AccessControlException|Permission denied|NoAuthWithAWSException|Unable to load credentials/i,
    'The credentials are those of the cluster, not yours: check its settings (docs/scale.md), and that they may list, read, write and delete there.',
  ],
  [
    /Quota ?Exceeded|quota of .* is exceeded|No space left on device/i,
    'Free some space there, raise the quota, or choose another place.',
  ],
];

/** What to do about an error of the cluster's storage; undefined of others. */
export function adviceOnStorage(said: string): string | undefined {
  return FAULTS.find(([of]) => of.test(said))?.[1];
}
