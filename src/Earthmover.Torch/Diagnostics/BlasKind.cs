namespace Earthmover.Torch.Diagnostics;

/// <summary>Which implementation of BLAS multiplies the matrices.</summary>
public enum BlasKind
{
    /// <summary>None that is known here.</summary>
    Unknown,

    /// <summary>Netlib's reference implementation, which Debian installs by default: some twenty times slower than the others.</summary>
    Reference,

    /// <summary>OpenBLAS with its own threads.</summary>
    OpenBlasThreads,

    /// <summary>OpenBLAS on OpenMP's threads.</summary>
    OpenBlasOpenMp,

    /// <summary>OpenBLAS without threads.</summary>
    OpenBlasSerial,

    /// <summary>Intel's MKL.</summary>
    Mkl,

    /// <summary>BLIS.</summary>
    Blis,
}

/// <summary>Recognizes the BLAS of this process.</summary>
public static class Blas
{
    /// <summary>The kind of BLAS among loaded libraries, by the folders and names that Debian and the Python packages give them.</summary>
    /// <param name="libraries">See <see cref="LoadedLibrary.All"/>.</param>
    /// <param name="reported">What LibTorch or the BLAS says of itself (<see cref="Runtime.Versions"/>, <c>blas</c>).</param>
    public static BlasKind Recognize(IEnumerable<LoadedLibrary> libraries, string reported)
    {
        foreach (var (name, file) in libraries.Where(l => !l.Name.StartsWith("earthmover", StringComparison.Ordinal)))
        {
            if (name.StartsWith("openblas", StringComparison.Ordinal) || file.Contains("/openblas", StringComparison.Ordinal))
                return file.Contains("openblas-openmp", StringComparison.Ordinal) ? BlasKind.OpenBlasOpenMp
                    : file.Contains("openblas-serial", StringComparison.Ordinal) ? BlasKind.OpenBlasSerial : BlasKind.OpenBlasThreads;
            if (name.StartsWith("mkl", StringComparison.Ordinal))
                return BlasKind.Mkl;
            if (name.StartsWith("blis", StringComparison.Ordinal))
                return BlasKind.Blis;
            if (name == "blas" && file.Contains("/blas/", StringComparison.Ordinal))
                return BlasKind.Reference;
        }
        // The Python packages of LibTorch link MKL or OpenBLAS into libtorch_cpu itself.
        return reported.Contains("MKL", StringComparison.Ordinal) ? BlasKind.Mkl
            : reported.Contains("OpenBLAS", StringComparison.Ordinal) ? BlasKind.OpenBlasThreads : BlasKind.Unknown;
    }
}
