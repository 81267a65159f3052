using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

public class RunLockTests
{
    [Fact]
    public void A_second_one_is_refused_by_the_name_of_the_first()
    {
        var folder = Directory.CreateTempSubdirectory("libmoe-lock-").FullName;
        using (var first = RunLock.Take(DiskFiles.Instance, folder))
        {
            Assert.Null(first.TakenOver);
            var error = Assert.Throws<ConfigurationException>(() => RunLock.Take(DiskFiles.Instance, folder));

            Assert.StartsWith(
                $"{folder} is in use by process {Environment.ProcessId} on {Environment.MachineName}, since 2", error.Message);
        }

        using (var next = RunLock.Take(DiskFiles.Instance, folder))
        {
            Assert.Null(next.TakenOver);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_lock_whose_process_ended_without_letting_go_is_taken_over()
    {
        var disk = Saves.Disk();
        disk.Put("/run/run.lock", []);
        disk.Put("/run/run.owner", Encoding.UTF8.GetBytes("process 7 on elsewhere"));

        using var taken = RunLock.Take(disk, "/run");

        Assert.Equal("process 7 on elsewhere", taken.TakenOver);
    }
}
