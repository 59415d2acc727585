using System.Diagnostics;

namespace Earthmover.Testing;

/// <summary>The system's Python, where it has the modules that a test asks for: an opinion from outside.</summary>
public static class Python
{
    private static readonly string s_program = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    /// <summary>Whether it is there and has a module.</summary>
    private static bool Has(string module)
    {
        try
        {
            return Run($"import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)").Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Why a test is skipped that needs a module; null where it is there.</summary>
    internal static string? Missing(string module, string package) =>
        Has(module) ? null : $"python3 has no {module} here; sudo apt-get install -y {package}";

    /// <summary>Runs a program that must succeed.</summary>
    /// <param name="code">The program.</param>
    /// <param name="arguments">What it finds in <c>sys.argv</c>.</param>
    /// <returns>What it printed.</returns>
    public static string Done(string code, params string[] arguments)
    {
        var (status, output, error) = Run(code, arguments);
        Assert.True(status == 0, $"Python ended with {status}: {error}");
        return output;
    }

    private static (int Code, string Output, string Error) Run(string code, params string[] arguments)
    {
        var start = new ProcessStartInfo(s_program, ["-c", code, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}

/// <summary>As <see cref="PythonTheoryAttribute"/>, for a test without data.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    /// <summary>Needs a module.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="package">What installs it.</param>
    public PythonFactAttribute(string module, string package) => Skip = Python.Missing(module, package);
}

/// <summary>A test that asks a module of Python; skipped, with what is missing, where it is not installed.</summary>
public sealed class PythonTheoryAttribute : TheoryAttribute
{
    /// <summary>Needs a module.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="package">What installs it.</param>
    public PythonTheoryAttribute(string module, string package) => Skip = Python.Missing(module, package);
}
