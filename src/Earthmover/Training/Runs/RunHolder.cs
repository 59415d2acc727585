using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Earthmover.Files;

namespace Earthmover.Training.Runs;

/// <summary>A process that trains in a folder, as <c>running.json</c> names it.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="Boot">What tells this start of the machine from all others; empty where the system does not say.</param>
/// <param name="Birth">When the process began, in whatever unit the system counts: numbers of processes are used again.</param>
/// <param name="Since">When it began to train.</param>
internal sealed record RunHolder(int Pid, string Host, string Boot, string Birth, DateTimeOffset Since)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>This process.</summary>
    public static RunHolder Current() =>
        new(Environment.ProcessId, Environment.MachineName, ThisBoot(), BirthOf(Environment.ProcessId) ?? "", DateTimeOffset.UtcNow);

    /// <summary>Who a folder says that it is used by; null for nobody, or for a file that says nothing.</summary>
    public static RunHolder? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunHolder>(PlainFile.ReadText(Path.Combine(folder, RunLock.HolderFile)), s_json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it to a file that is not there yet.</summary>
    public void Write(string path)
    {
        // First what may fail for want of open files: a file that says nothing would be left.
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, s_json);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        file.Write(bytes);
    }

    /// <summary>Whether it runs, or ran, under the kernel that is running here.</summary>
    [JsonIgnore]
    public bool IsHere => Boot.Length > 0 ? Boot == ThisBoot() : Host == Environment.MachineName;

    /// <summary>Whether a process of this number that began at this time is running here.</summary>
    [JsonIgnore]
    public bool IsProcess => BirthOf(Pid) is { } birth && birth == Birth;

    /// <summary>"process 1234 on atlas, since 2026-05-04 11:30:02 UTC".</summary>
    public override string ToString() =>
        $"process {Pid} on {Printable(Host)}, since {Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC";

    // The file may be a stranger's.
    private static string Printable(string text) => new([.. text.Take(64).Select(c => char.IsControl(c) ? '?' : c)]);

    private static string ThisBoot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Null when there is no such process, or only what is left of it until its parent looks.
    private static string? BirthOf(int pid)
    {
        try
        {
            // The second field is the program's name in brackets, which may hold anything; the state is the third and the start the
            // twenty-second.
            var fields = File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
