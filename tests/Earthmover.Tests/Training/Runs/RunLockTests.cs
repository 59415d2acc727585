using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Earthmover.Tests.Data;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training.Runs;

/// <summary>One process writes into a run's folder; the lock ends with it.</summary>
public sealed class RunLockTests : TemporaryFolder
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(400);

    private string HolderFile => Path.Combine(Folder, RunLock.HolderFile);

    // A holder as another process would have left it.
    private void PutHolder(Action<JsonObject> change)
    {
        using (RunLock.Take(Folder))
            File.Copy(HolderFile, Path.Combine(Folder, "copy"));
        var holder = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "copy")))!.AsObject();
        File.Delete(Path.Combine(Folder, "copy"));
        change(holder);
        File.WriteAllText(HolderFile, holder.ToJsonString());
    }

    [Fact]
    public void A_second_taker_is_told_who_has_it_and_since_when()
    {
        using (RunLock.Take(Folder))
        {
            var refused = Refused(() => RunLock.Take(Folder));
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, since 20", refused, StringComparison.Ordinal);
            Assert.Contains(" UTC", refused, StringComparison.Ordinal);
            Assert.Equal(refused, Refused(() => RunLock.RequireFree(Folder)));
        }
        using var later = RunLock.Take(Folder);
        Assert.Null(later.TakenOver);
    }

    [Fact]
    public void Looking_whether_it_is_free_leaves_nothing()
    {
        RunLock.RequireFree(Folder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        RunLock.RequireFree(Path.Combine(Folder, "nowhere"));
    }

    [Fact]
    public void Of_many_takers_at_once_one_gets_it()
    {
        var (taken, refused) = (0, 0);
        using var ready = new Barrier(6);
        Thread[] takers = [.. Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            ready.SignalAndWait();
            try
            {
                using var mine = RunLock.Take(Folder);
                Interlocked.Increment(ref taken);
                Thread.Sleep(1500);
            }
            catch (UserException)
            {
                Interlocked.Increment(ref refused);
            }
        }))];
        Array.ForEach(takers, taker => taker.Start());
        Array.ForEach(takers, taker => taker.Join());
        Assert.Equal((1, 5), (taken, refused));
    }

    [Theory]
    [InlineData("pid", 4_999_999)] // no such process
    [InlineData("pid", 1)] // the number is used again: that process began at another time
    public void What_a_process_left_that_is_gone_is_taken_over_with_a_word(string field, int value)
    {
        PutHolder(holder => holder[field] = value);
        using var taken = RunLock.Take(Folder);
        Assert.Contains($"process {value} on {Environment.MachineName}", taken.TakenOver, StringComparison.Ordinal);
        Assert.Contains($"\"pid\": {Environment.ProcessId}", File.ReadAllText(HolderFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_holder_elsewhere_is_taken_over_and_named()
    {
        PutHolder(holder => (holder["host"], holder["boot"]) = ("atlas\n", "another"));
        var clock = Stopwatch.StartNew();
        using (var taken = RunLock.Take(Folder, s_short))
            Assert.Contains("on atlas?, since", taken.TakenOver, StringComparison.Ordinal);
        Assert.True(clock.Elapsed >= s_short);
        // Silent for long, it is not waited for.
        PutHolder(holder => (holder["host"], holder["boot"]) = ("atlas", "another"));
        File.SetLastWriteTimeUtc(HolderFile, DateTime.UtcNow.AddHours(-3));
        clock.Restart();
        using (RunLock.Take(Folder, TimeSpan.FromMinutes(5)))
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_holder_elsewhere_that_gives_signs_of_life_is_left_in_peace()
    {
        PutHolder(holder => (holder["host"], holder["boot"]) = ("atlas", "another"));
        using var beat = new Timer(_ => File.SetLastWriteTimeUtc(HolderFile, DateTime.UtcNow), null, 100, 100);
        Assert.Contains("on atlas, since", Refused(() => RunLock.Take(Folder, TimeSpan.FromMinutes(5))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"pid\":\"x\"}")]
    [InlineData("{\"pid\":1}")]
    [InlineData("{}")]
    [InlineData("{\"pid\":1,\"host\":null,\"boot\":null,\"birth\":null,\"since\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("\0\0\0")]
    public void Nonsense_in_the_holders_file_locks_nobody_out(string text)
    {
        File.WriteAllText(HolderFile, text);
        using var taken = RunLock.Take(Folder);
        Assert.Equal(Environment.ProcessId, JsonDocument.Parse(File.ReadAllText(HolderFile)).RootElement.GetProperty("pid").GetInt32());
    }

    [Fact]
    public void A_lock_that_is_a_link_is_refused_and_its_target_left_alone()
    {
        var elsewhere = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "elsewhere")).FullName, "precious");
        File.CreateSymbolicLink(Path.Combine(Folder, RunLock.LockFile), elsewhere);
        Assert.Contains(RunLock.LockFile, Refused(() => RunLock.Take(Folder)), StringComparison.Ordinal);
        Assert.False(File.Exists(elsewhere));
        File.Delete(Path.Combine(Folder, RunLock.LockFile));
        File.WriteAllText(elsewhere, "dear to me");
        File.CreateSymbolicLink(HolderFile, elsewhere);
        using (RunLock.Take(Folder))
            Assert.Null(new FileInfo(HolderFile).LinkTarget);
        Assert.Equal("dear to me", File.ReadAllText(elsewhere));
    }
}
