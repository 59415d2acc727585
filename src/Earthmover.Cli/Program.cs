using System.CommandLine;
using System.CommandLine.Help;
using Earthmover.Cli.Commands;
using Earthmover.Data;
using Earthmover.Torch.Kernels;

namespace Earthmover.Cli;

/// <summary>The command line: one file per command in <c>Commands/</c>, listed here.</summary>
internal static class Program
{
    /// <summary>The root command with everything below it.</summary>
    // Not a RootCommand, which would call itself by the name of the assembly.
    internal static Command Root()
    {
        var root = new Command(Invocation.Name,
            "Trains generative adversarial networks that can be trusted: it measures the truth beside every estimate.")
        {
            new HelpOption(),
            new VersionOption(),
            TrainCommand.Create(),
            SampleCommand.Create(),
            InterpolateCommand.Create(),
            TranslateCommand.Create(),
            ProjectCommand.Create(),
            EditCommand.Create(),
            BlendCommand.Create(),
            ExportCommand.Create(),
            ClassifyCommand.Create(),
            CompleteCommand.Create(),
            EvaluateCommand.Create(),
            CompareCommand.Create(),
            SweepCommand.Create(),
            DistanceCommand.Create(),
#if SERVER
            ServeCommand.Create(),
#endif
            ReportCommand.Create(),
            SystemsCommand.Create(),
            DataCommand.Create(),
            DiagnoseCommand.Create(),
            ClaimsCommand.Create(),
            BenchCommand.Create(),
            DoctorCommand.Create(),
            InstallCommand.Create(),
            GalleryCommand.Create(),
            PackCommand.Create(),
        };
        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        return root;
    }

    private static Command Prepared()
    {
        KernelChoices.KeepIn(Path.Combine(new DataContext().CacheFolder, "machine"));
        return Root();
    }

    private static int Main(string[] args)
    {
        LastWords.Watch();
        StandardStreams.Prepare();
        var code = ErrorBoundary.Run(Prepared, args, Console.Error);
        // The result of training is the run; what is said of it on the way is not.
        return StandardStreams.Finish(code, isResult: args.FirstOrDefault() != "train");
    }
}
