import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * HDFS on this machine, for npm run check:storage: a name node and a data node in a folder, for all users. `/full` has no room; `/another` is
 * another user's. It says where it is, then lists the files below each path that it is sent, and an empty line. It ends with its input.
 */
public class MiniHdfs {
  public static void main(String[] args) throws Exception {
    File folder = new File(args[0]);
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(new Configuration(), folder).numDataNodes(1).build()) {
      DistributedFileSystem files = cluster.getFileSystem();
      folder(files, "/", null, 0777);
      folder(files, "/full", null, 0777);
      folder(files, "/another", "another", 0700);
      // A file that is being written counts as three copies of a whole block of 128 MiB.
      files.setQuota(new Path("/full"), Long.MAX_VALUE, 3 << 20);
      System.out.println(files.getUri());
      BufferedReader asked = new BufferedReader(new InputStreamReader(System.in));
      for (String path = asked.readLine(); path != null; path = asked.readLine()) {
        if (files.exists(new Path(path))) {
          RemoteIterator<LocatedFileStatus> found = files.listFiles(new Path(path), true);
          while (found.hasNext()) System.out.println(found.next().getPath().toUri().getPath());
        }
        System.out.println();
      }
    }
  }

  private static void folder(DistributedFileSystem files, String name, String owner, int mode) throws Exception {
    Path path = new Path(name);
    files.mkdirs(path);
    if (owner != null) files.setOwner(path, owner, null);
    files.setPermission(path, new FsPermission((short) mode));
  }
}
